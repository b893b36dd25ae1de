const SMALLEST_BYTES = 64 * 1024;

/**
 * Memory for large bodies that is used again: to allocate and to forget 100 KB for each request costs more than to decide
 * about what is in them. Sizes are powers of two. Whoever gives a buffer back must not look into it any more.
 */
export class BodyBuffers {
  /** By size. */
  private readonly idle = new Map<number, Buffer[]>();
  private idleBytes = 0;

  /** @param idleBytesMax how much is kept for later at the most; what is more is left to the garbage collector */
  constructor(private readonly idleBytesMax: number) {}

  /** A buffer of at least so many bytes, with anything in it. */
  take(bytes: number): Buffer {
    let size = SMALLEST_BYTES;
    while (size < bytes) size *= 2;
    const buffer = this.idle.get(size)?.pop();
    if (!buffer) return Buffer.allocUnsafeSlow(size);
    this.idleBytes -= size;
    return buffer;
  }

  /** @param buffer one of `take`, and nobody's any more */
  giveBack(buffer: Buffer): void {
    const { length } = buffer;
    if (this.idleBytes + length > this.idleBytesMax) return;
    this.idleBytes += length;
    const idle = this.idle.get(length);
    if (idle) idle.push(buffer);
    else this.idle.set(length, [buffer]);
  }
}
