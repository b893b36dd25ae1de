/** Some items in a row. */
export interface Run<T> {
  /** The sequence of the first one. */
  readonly firstSequence: number;
  readonly items: T[];
}

/** The other side broke the protocol: what it said cannot be true. */
export class ProtocolViolation extends Error {
  override readonly name = 'ProtocolViolation';
}

/**
 * The sending half of a resumable stream, without I/O: numbers items, keeps each until it is acknowledged, and gives out
 * what may be sent. Sequences count from 1 and never start again, however often the stream is opened anew.
 *
 * Invariants: acked <= sent <= last, and nothing is sent past the credit.
 */
export class SendWindow<T> {
  /** The items after `#acked`, in order; `#head` of them at the front are gone already. */
  #items: T[] = [];
  #head = 0;
  #acked = 0;
  #sent = 0;
  #credit = 0;

  /** The highest sequence that is acknowledged. */
  get acked(): number {
    return this.#acked;
  }

  /** The highest sequence that was given to an item. */
  get last(): number {
    return this.#acked + this.unacked;
  }

  /** How many items are kept: not acknowledged yet. */
  get unacked(): number {
    return this.#items.length - this.#head;
  }

  /** How many items were sent and are not acknowledged yet. */
  get inFlight(): number {
    return this.#sent - this.#acked;
  }

  /** How many items could be sent now. */
  get sendable(): number {
    return Math.max(0, Math.min(this.last, this.#credit) - this.#sent);
  }

  /** Takes items over, and returns the sequence of the last one. */
  push(items: readonly T[]): number {
    for (const item of items) this.#items.push(item);
    return this.last;
  }

  /** A stream was opened: all that is not acknowledged is sent again, as far as the receiver grants. */
  open(credit: number): void {
    this.#sent = this.#acked;
    this.#credit = credit;
  }

  /** The stream is gone: nothing can be sent until the next one is open. */
  close(): void {
    this.#credit = 0;
  }

  /** The receiver has committed everything up to this sequence, and grants more. Late and repeated ones change nothing. */
  ack(upTo: number, credit: number): void {
    this.drop(upTo);
    this.#sent = Math.max(this.#sent, this.#acked);
    this.#credit = Math.max(this.#credit, credit);
  }

  /**
   * The next items to send, at most so many; undefined where nothing may be sent.
   * @param fits hears of one item after another, and ends the run before the one it refuses; the first goes in any case
   */
  take(itemsMax: number, fits: (item: T) => boolean = () => true): Run<T> | undefined {
    const start = this.#head + this.#sent - this.#acked;
    const most = Math.min(this.sendable, itemsMax);
    if (most === 0) return undefined;
    let count = 0;
    while (count < most && (fits(this.#items[start + count]!) || count === 0)) count++;
    const firstSequence = this.#sent + 1;
    this.#sent += count;
    return { firstSequence, items: this.#items.slice(start, start + count) };
  }

  /** Gives up what is not acknowledged, and returns it; its sequences are not used again. */
  clear(): T[] {
    const items = this.#items.slice(this.#head);
    this.#acked = this.last;
    this.#sent = this.#acked;
    this.#items = [];
    this.#head = 0;
    return items;
  }

  private drop(upTo: number): void {
    if (upTo > this.last) throw new ProtocolViolation(`Item ${upTo} was acknowledged, but ${this.last} is the last.`);
    if (upTo <= this.#acked) return;
    this.#head += upTo - this.#acked;
    this.#acked = upTo;
    // The array moves only when half of it is gone, so that each item moves at most once on average.
    if (this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
  }
}
