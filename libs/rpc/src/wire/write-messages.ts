import type { Writable } from 'node:stream';

/**
 * Writes each message and asks for the next one only when there is room for it: what the other side does not take, is
 * not made. When `signal` fires, the messages are told to return, and this resolves once they have.
 */
export async function writeMessages<T>(
  stream: Writable,
  messages: AsyncIterable<T>,
  signal: AbortSignal,
): Promise<void> {
  const iterator = messages[Symbol.asyncIterator]();
  let returned: Promise<unknown> | undefined;
  const stop = () => {
    // Queued behind whatever the messages are waiting for; what it rejects with, the loop below rejects with as well.
    returned = iterator.return?.();
    returned?.catch(() => {});
  };
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  try {
    for (;;) {
      const { done, value } = await iterator.next();
      if (done || signal.aborted) break;
      if (!stream.write(value)) await room(stream, signal);
    }
  } finally {
    signal.removeEventListener('abort', stop);
  }
  await returned;
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
