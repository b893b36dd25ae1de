import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ErrorReason } from '@kelp/contract-ingest';
import type { Answer } from '../providers/provider.js';

/** What the body of an answer says, on one line. */
export interface Said {
  /** Why it is refused, as the contract spells it; INTERNAL where that is our own mistake. Absent where it is not. */
  readonly reason?: keyof typeof ErrorReason | 'INTERNAL';
  /** For people. */
  readonly message: string;
}

const lineOf = (said: Said) => `${JSON.stringify(said)}\n`;

/** How much of a refused body is read, so that its sender gets to hear the refusal, and for how long. */
const LINGER_BYTES_MAX = 64 * 1024 * 1024;
const LINGER_MS = 5_000;

/** Node itself reads so little of an unread body, so that the connection can go on. */
const UNREAD_BYTES_MAX = 64 * 1024;

/** Answers a request whose body was read to its end, or can be. */
export function answer(response: ServerResponse, { status, headers }: Answer, said: Said): void {
  const line = lineOf(said);
  const length = Buffer.byteLength(line);
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': length, ...headers });
  response.end(line);
}

/**
 * Answers a request whose body may not have been read; there is something to wait for only where it was not. The answer goes out at once, but closing the connection at once as well would
 * reset it while the sender is still writing, and the answer would be lost: so the rest is read and thrown away, up to a
 * bound.
 */
export function answerEarly(
  request: IncomingMessage,
  response: ServerResponse,
  given: Answer,
  said: Said,
): Promise<void> | undefined {
  if (hasLongUnreadBody(request)) return answerAndDiscard(request, response, given, said);
  answer(response, given, said);
  return undefined;
}

async function answerAndDiscard(request: IncomingMessage, response: ServerResponse, given: Answer, said: Said) {
  const line = lineOf(said);
  response.writeHead(given.status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(line),
    connection: 'close',
    ...given.headers,
  });
  response.write(line);
  await discard(request);
  response.end();
  if (!request.complete) request.destroy();
}

function hasLongUnreadBody({ complete, headers }: IncomingMessage): boolean {
  if (complete) return false;
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > UNREAD_BYTES_MAX;
}

async function discard(request: IncomingMessage): Promise<void> {
  let read = 0;
  const enough = new AbortController();
  const count = (chunk: Buffer) => {
    read += chunk.length;
    if (read > LINGER_BYTES_MAX) enough.abort();
  };
  request.on('data', count);
  const signal = AbortSignal.any([enough.signal, AbortSignal.timeout(LINGER_MS)]);
  // 'close' comes after 'end' as well, and whatever happens to the connection.
  if (!request.complete && !request.destroyed) await once(request, 'close', { signal }).catch(() => undefined);
  request.off('data', count);
}

const PHRASES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  408: 'Request Timeout',
  431: 'Request Header Fields Too Large',
};

/** Answers what did not become a request, straight on its socket, and closes that. */
export function answerSocket(socket: Duplex, status: number, said: Said): void {
  const line = lineOf(said);
  const head = [
    `HTTP/1.1 ${status} ${PHRASES[status]}`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(line)}`,
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${line}`);
}
