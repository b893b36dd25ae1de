import type { Writable } from 'node:stream';

/**
 * Writes each message and asks for the next one only when there is room for it: what the other side does not take, is
 * not made. Ends early when `signal` fires; the messages' `finally` blocks run either way.
 */
export async function writeMessages<T>(
  stream: Writable,
  messages: AsyncIterable<T>,
  signal: AbortSignal,
): Promise<void> {
  for await (const message of messages) {
    if (signal.aborted) return;
    if (!stream.write(message)) await room(stream, signal);
    if (signal.aborted) return;
  }
}

function room(stream: Writable, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      stream.off('drain', done);
      stream.off('close', done);
      signal.removeEventListener('abort', done);
      resolve();
    };
    stream.once('drain', done);
    stream.once('close', done);
    signal.addEventListener('abort', done, { once: true });
    if (signal.aborted) done();
  });
}
