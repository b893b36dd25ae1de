import type { Call } from '../call.js';
import { SpanKind, traced } from '../tracing.js';
import { Bell } from './bell.js';
import {
  type AppendRequest,
  type AppendResponse,
  ackFrame,
  drainingFrame,
  protocolViolation,
  runOf,
  takeHello,
  welcomeFrame,
} from './frames.js';
import { ReceiveWindow } from './receive-window.js';
import { ProtocolViolation } from './send-window.js';

export interface ReceiveItemsOptions<T> {
  /**
   * Makes items durable, in order: what came in while it ran is its next batch. Items may come again after a break, on
   * another stream or another server, so it knows them by their own identity. What it throws, ends the stream; the
   * client sends again what was not acknowledged.
   */
  commit(items: T[], call: Call): Promise<void>;
  /** How many items a client may have under way: 20,000. */
  readonly windowItems?: number;
}

/**
 * The server's half of a stream on which the client sends the items:
 *
 *     async *appendEvents(requests, call) {
 *       yield* receiveItems(requests, call, { commit: (events) => this.store.append(events) });
 *     }
 */
export async function* receiveItems<T>(
  requests: AsyncIterable<AppendRequest<T>>,
  call: Call,
  { commit, windowItems = 20_000 }: ReceiveItemsOptions<T>,
): AsyncGenerator<AppendResponse> {
  const iterator = requests[Symbol.asyncIterator]();
  const { nextSequence } = await takeHello(iterator, call);
  const window = new ReceiveWindow(Number(nextSequence), windowItems);
  const news = new Bell();
  let items: T[] = [];
  let traceparents: string[] = [];
  let ended = false;
  let failure: unknown;
  const read = async () => {
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) {
      const { frame } = next.value;
      if (frame?.$case === 'hello') throw protocolViolation(call, 'A stream has one hello.');
      if (frame === undefined) continue; // a frame that a newer client knows
      const run = runOf(frame.value);
      window.accept(run);
      // Credits bound what is read here ahead of the commit.
      for (const item of run.items) items.push(item);
      traceparents.push(...frame.value.traceparents);
      news.ring();
    }
  };
  read()
    .catch((error: unknown) => {
      failure = error instanceof ProtocolViolation ? protocolViolation(call, error.message) : error;
    })
    .finally(() => {
      ended = true;
      news.ring();
    });
  call.draining.addEventListener('abort', news.ring, { once: true });
  let saidDraining = false;

  try {
    yield { frame: welcomeFrame(window.credit) };
    for (;;) {
      if (failure !== undefined) throw failure;
      if (call.draining.aborted && !saidDraining) {
        saidDraining = true;
        yield { frame: drainingFrame(0) };
      }
      if (items.length > 0) {
        const batch = items;
        const upTo = window.received;
        // One commit for the items of many traces: it stands in the first one, and links to them all.
        const trace = traceparents[0] ?? call.context.traceparent;
        const work = traced(`commit ${call.method}`, SpanKind.CONSUMER, trace, {}, traceparents);
        items = [];
        traceparents = [];
        try {
          await commit(batch, call);
          work.end();
        } catch (error) {
          work.end(error);
          throw error;
        }
        window.commit(upTo);
        yield { frame: ackFrame(upTo, window.credit) };
      } else if (ended) {
        return;
      } else {
        await news.wait();
      }
    }
  } finally {
    call.draining.removeEventListener('abort', news.ring);
  }
}
