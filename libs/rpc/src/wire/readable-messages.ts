import type { Readable } from 'node:stream';

/**
 * The messages of a stream, one for each that is asked for: while nobody asks, nothing is read, and HTTP/2's flow
 * control holds the sender. Ends early when `signal` fires, as the stream may then never end by itself.
 *
 * Node's own iterator of a stream destroys it when the reader stops early, and with it the answer that is still to be
 * written on the same stream.
 */
export function readableMessages<T>(stream: Readable, signal: AbortSignal): AsyncIterableIterator<T> {
  let wake: (() => void) | undefined;
  let ended = false;
  let failure: unknown;
  const notify = () => {
    const waiting = wake;
    wake = undefined;
    waiting?.();
  };
  const end = () => {
    ended = true;
    notify();
  };
  stream.on('readable', notify);
  stream.once('end', end);
  stream.once('close', end);
  stream.once('error', (error) => {
    failure = error;
    end();
  });
  signal.addEventListener('abort', end, { once: true });
  const done = { done: true as const, value: undefined };

  return {
    async next() {
      for (;;) {
        const message = signal.aborted ? null : (stream.read() as T | null);
        if (message !== null) return { done: false, value: message };
        if (failure !== undefined) throw failure;
        if (ended || signal.aborted) return done;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    async return() {
      end();
      return done;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
