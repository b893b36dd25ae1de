import type { Call } from '../call.js';
import { Bell } from './bell.js';
import {
  drainingFrame,
  protocolViolation,
  type ServerItemFrame,
  takeHello,
  type WatchRequest,
  type WatchResponse,
  welcomeFrame,
} from './frames.js';
import { ProtocolViolation, SendWindow } from './send-window.js';

/** Some items in order, and where to resume behind them. */
export interface SourceFrame<T> {
  readonly items: readonly T[];
  /** Resumes behind the last of these items. */
  readonly resumeToken: string;
  /** With these items, the watcher is up to date. */
  readonly synced: boolean;
}

export interface SendItemsOptions<T> {
  /**
   * Reads items from where the token says, from the start where it is empty, and goes on with what is new until `signal`
   * fires. The next frame is asked for when the watcher has room for it.
   */
  open(resumeToken: string, signal: AbortSignal): AsyncIterable<SourceFrame<T>>;
  /** How many items a frame holds at the most: 500. */
  readonly frameItems?: number;
}

/**
 * The server's half of a stream on which the server sends the items:
 *
 *     async *watchConnections(requests, call) {
 *       yield* sendItems(requests, call, { open: (token, signal) => this.feed.changes(token, signal) });
 *     }
 */
export async function* sendItems<T>(
  requests: AsyncIterable<WatchRequest>,
  call: Call,
  { open, frameItems = 500 }: SendItemsOptions<T>,
): AsyncGenerator<WatchResponse<T>> {
  const iterator = requests[Symbol.asyncIterator]();
  const { resumeToken, creditSequence } = await takeHello(iterator, call);
  const window = new SendWindow<T>();
  window.open(Number(creditSequence));
  const stop = new AbortController();
  const acked = new Bell();
  let failure: unknown;
  const read = async () => {
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) {
      const { frame } = next.value;
      if (frame?.$case === 'hello') throw protocolViolation(call, 'A stream has one hello.');
      if (frame === undefined) continue; // a frame that a newer client knows
      window.ack(Number(frame.value.upToSequence), Number(frame.value.creditSequence));
      acked.ring();
    }
  };
  const reading = read()
    .catch((error: unknown) => {
      failure = error instanceof ProtocolViolation ? protocolViolation(call, error.message) : error;
    })
    .finally(() => {
      stop.abort(); // the watcher is gone, or has said all it will
      acked.ring();
    });
  const drain = () => {
    stop.abort();
    acked.ring();
  };
  call.draining.addEventListener('abort', drain, { once: true });
  if (call.draining.aborted) drain();

  try {
    yield { frame: welcomeFrame(0) };
    for await (const frame of open(resumeToken, stop.signal)) {
      yield* send(window, frame, frameItems, acked, stop.signal);
      if (stop.signal.aborted) break;
    }
    if (failure !== undefined) throw failure;
    if (call.draining.aborted) yield { frame: drainingFrame(0) };
    await reading;
    if (failure !== undefined) throw failure;
  } finally {
    call.draining.removeEventListener('abort', drain);
    stop.abort();
  }
}

/** One frame of the source, in pieces as large as the watcher's credit allows; only the last one may be resumed behind. */
async function* send<T>(
  window: SendWindow<T>,
  { items, resumeToken, synced }: SourceFrame<T>,
  frameItems: number,
  acked: Bell,
  stopped: AbortSignal,
): AsyncGenerator<WatchResponse<T>> {
  const last = window.push(items);
  const piece = (firstSequence: number, some: T[]): WatchResponse<T> => {
    const isLast = firstSequence + some.length > last;
    const value: ServerItemFrame<T> = {
      firstSequence: BigInt(firstSequence),
      items: some,
      resumeToken: isLast ? resumeToken : '',
      synced: isLast && synced,
    };
    return { frame: { $case: 'items', value } };
  };
  if (items.length === 0) yield piece(last + 1, []);
  for (let sent = last - items.length; sent < last && !stopped.aborted; ) {
    const run = window.take(frameItems);
    if (run) {
      sent += run.items.length;
      yield piece(run.firstSequence, run.items);
    } else {
      await acked.wait();
    }
  }
}
