import { ProtocolViolation, type Run } from './send-window.js';

/** The receiving half of one stream, without I/O: sees that no item is missing, and says what to acknowledge. */
export class ReceiveWindow {
  #received: number;
  #committed: number;

  /**
   * @param next the sequence of the sender's next item
   * @param items how many items may be under way or uncommitted
   */
  constructor(
    next: number,
    private readonly items: number,
  ) {
    this.#received = next - 1;
    this.#committed = next - 1;
  }

  /** The highest sequence that was taken in. */
  get received(): number {
    return this.#received;
  }

  /** The highest sequence up to which everything is committed. */
  get committed(): number {
    return this.#committed;
  }

  /** The highest sequence that the sender may send. */
  get credit(): number {
    return this.#committed + this.items;
  }

  /** Takes items in. @throws ProtocolViolation where they are not the next ones, or more than was granted */
  accept({ firstSequence, items }: Run<unknown>): void {
    const last = firstSequence + items.length - 1;
    if (firstSequence !== this.#received + 1) {
      throw new ProtocolViolation(`Item ${firstSequence} came, but ${this.#received + 1} was next.`);
    }
    if (last > this.credit)
      throw new ProtocolViolation(`Item ${last} came, but ${this.credit} was the last one granted.`);
    this.#received = last;
  }

  /** Everything up to this sequence is durable now. */
  commit(upTo: number): void {
    this.#committed = upTo;
  }
}
