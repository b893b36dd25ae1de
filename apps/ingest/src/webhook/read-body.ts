import type { IncomingMessage } from 'node:http';
import type { MemoryShare } from './memory.js';

/** `large`: more than allowed. `busy`: no memory left for it. `gone`: the sender has left. */
export type BodyTrouble = 'large' | 'busy' | 'gone';

/** Reads a request's body to its end, and no further than allowed. */
export function readBody(
  request: IncomingMessage,
  bytesMax: number,
  memory: MemoryShare,
): Promise<Buffer | BodyTrouble> {
  // Told in advance, it need not be sent.
  if (Number(request.headers['content-length'] ?? 0) > bytesMax) return Promise.resolve('large');
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const done = (result: Buffer | BodyTrouble) => {
      request.off('data', take).off('end', end).off('close', gone).off('error', gone);
      request.pause();
      resolve(result);
    };
    const take = (chunk: Buffer) => {
      size += chunk.length;
      if (size > bytesMax) return done('large');
      if (!memory.grow(chunk.length)) return done('busy');
      chunks.push(chunk);
    };
    const end = () => done(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, size));
    const gone = () => done('gone');
    request.on('data', take).on('end', end).on('close', gone).on('error', gone);
  });
}
