import type { IncomingMessage } from 'node:http';
import type { BodyBuffers } from './body-buffers.js';
import type { MemoryShare } from './memory.js';

/** `large`: more than allowed. `busy`: no memory left for it. `gone`: the sender has left. */
export type BodyTrouble = 'large' | 'busy' | 'gone';

/** A request's body, in memory that may be used again. */
export class ReadBody {
  constructor(
    readonly bytes: Buffer,
    private readonly lent: Buffer | undefined,
    private readonly buffers: BodyBuffers,
  ) {}

  /** Nobody looks into `bytes` any more. */
  release(): void {
    if (this.lent) this.buffers.giveBack(this.lent);
  }
}

/** Reads a request's body to its end, and no further than allowed. */
export function readBody(
  request: IncomingMessage,
  bytesMax: number,
  memory: MemoryShare,
  buffers: BodyBuffers,
): Promise<ReadBody | BodyTrouble> {
  // Told in advance, it need not be sent.
  const announced = Number(request.headers['content-length'] ?? 0);
  if (announced > bytesMax) return Promise.resolve('large');
  return new Promise((resolve) => new BodyReader(request, bytesMax, announced, memory, buffers, resolve));
}

/** Takes the chunks in. What comes in one chunk, as small bodies do, stays where it is. */
class BodyReader {
  private first: Buffer | undefined;
  private lent: Buffer | undefined;
  private size = 0;
  private done = false;

  constructor(
    request: IncomingMessage,
    private readonly bytesMax: number,
    private readonly announced: number,
    private readonly memory: MemoryShare,
    private readonly buffers: BodyBuffers,
    private readonly resolve: (result: ReadBody | BodyTrouble) => void,
  ) {
    request
      .on('data', (chunk: Buffer) => this.take(chunk))
      .on('end', () => this.end())
      // Comes after an error, too, which is thrown at nobody where nobody listens.
      .on('close', () => this.fail('gone'));
  }

  private take(chunk: Buffer): void {
    if (this.done) return;
    const size = this.size + chunk.length;
    if (size > this.bytesMax) this.fail('large');
    else if (!this.memory.grow(chunk.length)) this.fail('busy');
    else this.add(chunk, size);
  }

  private add(chunk: Buffer, size: number): void {
    if (this.first === undefined) {
      this.first = chunk;
    } else {
      this.makeRoom(size);
      chunk.copy(this.lent!, this.size);
    }
    this.size = size;
  }

  private makeRoom(size: number): void {
    if (this.lent && this.lent.length >= size) return;
    const before = this.lent;
    this.lent = this.buffers.take(Math.max(size, this.announced));
    (before ?? this.first!).copy(this.lent, 0, 0, this.size);
    if (before) this.buffers.giveBack(before);
  }

  private end(): void {
    if (this.done) return;
    this.done = true;
    const bytes = this.lent?.subarray(0, this.size) ?? this.first ?? Buffer.alloc(0);
    this.resolve(new ReadBody(bytes, this.lent, this.buffers));
  }

  private fail(trouble: BodyTrouble): void {
    if (this.done) return;
    this.done = true;
    if (this.lent) this.buffers.giveBack(this.lent);
    this.lent = this.first = undefined;
    this.resolve(trouble);
  }
}
