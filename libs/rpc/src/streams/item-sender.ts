import { setTimeout as sleep } from 'node:timers/promises';
import { Code, StatusError } from '@kelp/status';
import { currentCall } from '../call.js';
import { Bell } from './bell.js';
import { type AppendRequest, type AppendResponse, helloFrame, itemsFrame } from './frames.js';
import { type Attempt, type ResumableOptions, resume } from './resumable.js';
import { SendWindow } from './send-window.js';
import { WaitingSends } from './waiting-sends.js';

export interface ItemSenderOptions<T> extends ResumableOptions {
  /** Opens a stream, such as `(requests, options) => analytics.appendEvents(requests, options)`. */
  open(requests: AsyncIterable<AppendRequest<T>>, options: { signal: AbortSignal }): AsyncIterable<AppendResponse>;
  /** How many items are kept until they are acknowledged; with more, `send` waits: 20,000. */
  readonly windowItems?: number;
  /** How many items a frame holds at the most: 500, about 112 KB of events. */
  readonly frameItems?: number;
  /** About how many bytes an item takes on the wire: then a frame stays below `frameBytes`, unless it is one item. */
  sizeOf?(item: T): number;
  /** How many bytes a frame holds at the most, by `sizeOf`: 1 MiB. A server refuses more than 4 MiB. */
  readonly frameBytes?: number;
  /** How long items wait for company while others are under way, in milliseconds; when none are, not at all: 1. */
  readonly lingerMs?: number;
}

export interface SendOptions {
  /** Stops waiting for room in the window. What was taken over, is sent. */
  readonly signal?: AbortSignal;
  /** The trace that the items belong to; that of the call that is being answered where it is not given. */
  readonly traceparent?: string;
}

/** Sends items over a resumable stream: each is kept until the server has committed it, and sent again after a break. */
export interface ItemSender<T> {
  /**
   * Sends items, in order, and resolves once the server has committed them all. Any number of sends may wait at once;
   * small ones travel together.
   * @throws StatusError where the server refused for good: then all that waited is given up, and the sender goes on
   */
  send(items: readonly T[], options?: SendOptions): Promise<void>;
  /** How many items are not acknowledged yet. */
  readonly unacked: number;
  /** Waits for what was sent, at most so long (10,000 ms), and ends the stream. What is left then fails as CANCELLED. */
  close(withinMs?: number): Promise<void>;
}

/** Makes a sender. It opens its stream with the first item. */
export function itemSender<T>(options: ItemSenderOptions<T>): ItemSender<T> {
  return new Sender(options);
}

/** One stream, as it goes. */
interface Stream extends Attempt {
  welcomed: boolean;
  /** No more items on this one. */
  ending: boolean;
}

const closedError = () =>
  new StatusError(Code.CANCELLED, '', 'The sender was closed before the server had committed.', '');

class Sender<T> implements ItemSender<T> {
  readonly #window = new SendWindow<T>();
  readonly #stop = new AbortController();
  /** Rings for the stream: there is something to send, or it should end. */
  readonly #work = new Bell();
  /** Rings for those who wait for room, or for the end. */
  readonly #progress = new Bell();
  readonly #waiting = new WaitingSends();
  #running: Promise<void> | undefined;
  #closing = false;

  constructor(private readonly options: ItemSenderOptions<T>) {}

  get unacked(): number {
    return this.#window.unacked;
  }

  async send(
    items: readonly T[],
    { signal, traceparent = currentCall()?.context.traceparent }: SendOptions = {},
  ): Promise<void> {
    if (items.length === 0) return;
    const { windowItems = 20_000 } = this.options;
    // More items than the window holds go alone: they could never fit.
    while (this.unacked > 0 && this.unacked + items.length > windowItems && !this.#closing) {
      await this.#progress.wait();
      signal?.throwIfAborted();
    }
    if (this.#closing) throw closedError();
    const sequence = this.#window.push(items);
    const committed = this.#waiting.add(sequence, traceparent);
    this.#work.ring();
    this.#running ??= this.run();
    await committed;
  }

  async close(withinMs = 10_000): Promise<void> {
    this.#closing = true;
    this.#work.ring();
    this.#progress.ring();
    const timer = setTimeout(() => this.#stop.abort(closedError()), withinMs);
    await this.#running;
    clearTimeout(timer);
    this.#stop.abort(closedError());
    this.giveUp(closedError());
  }

  private async run(): Promise<void> {
    try {
      await resume((attempt) => this.stream(attempt), this.#stop.signal, {
        ...this.options,
        isDone: () => this.#closing && this.unacked === 0,
      });
    } catch (error) {
      this.giveUp(error);
    } finally {
      this.#running = undefined;
    }
  }

  private giveUp(error: unknown): void {
    this.#window.clear();
    this.#waiting.fail(error);
    this.#progress.ring();
  }

  private async stream(attempt: Attempt): Promise<void> {
    const stream: Stream = Object.assign(attempt, { welcomed: false, ending: false });
    try {
      for await (const { frame } of this.options.open(this.frames(stream), { signal: this.#stop.signal })) {
        switch (frame?.$case) {
          case 'welcome':
            this.#window.open(Number(frame.value.creditSequence));
            stream.welcomed = true;
            break;
          case 'ack':
            this.#window.ack(Number(frame.value.upToSequence), Number(frame.value.creditSequence));
            stream.progress = true;
            this.settle();
            break;
          case 'draining':
            stream.retryAfterMs = frame.value.retryAfterMs;
            stream.ending = true;
            break;
          case undefined:
            break; // a frame that a newer server knows
        }
        this.#work.ring();
      }
    } finally {
      this.#window.close();
      stream.ending = true;
      this.#work.ring();
    }
  }

  /** What one stream says. It ends when the server asked for it, and when everything is committed and we are closing. */
  private async *frames(stream: Stream): AsyncGenerator<AppendRequest<T>> {
    const { frameItems = 500, lingerMs = 1 } = this.options;
    const window = this.#window;
    yield { frame: helloFrame({ nextSequence: BigInt(window.acked + 1) }) };
    while (!stream.ending) {
      if (this.#closing && window.unacked === 0) return;
      if (!stream.welcomed || window.sendable === 0) {
        await this.#work.wait();
      } else {
        // Alone, an item goes at once; behind others, it waits a moment for company: a frame costs what ten items cost.
        if (window.inFlight > 0 && window.sendable < frameItems) await sleep(lingerMs);
        const run = stream.ending ? undefined : window.take(frameItems, this.fitting());
        if (run) yield { frame: itemsFrame(run, this.#waiting.tracesOf(run)) };
      }
    }
  }

  /** Tells of one item after another whether it still fits into a frame. */
  private fitting(): (item: T) => boolean {
    const { sizeOf, frameBytes = 1024 * 1024 } = this.options;
    if (!sizeOf) return () => true;
    let bytes = 0;
    return (item) => {
      bytes += sizeOf(item);
      return bytes <= frameBytes;
    };
  }

  private settle(): void {
    this.#waiting.settle(this.#window.acked);
    this.#progress.ring();
  }
}
