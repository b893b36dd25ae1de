import { high, low, splitSigned, splitUnsigned } from './int64.js';

const SIZE_MIN = 16 * 1024;
/** What is kept for the next message; a larger one takes its memory along. */
const SIZE_KEPT_MAX = 1024 * 1024;
/** Texts up to this length are written byte by byte, which costs less than asking the runtime. */
const SHORT_TEXT = 32;

/** What the next writer writes into. Messages are written one after another, so one is enough. */
let spare: Buffer | undefined;

/** Writes protobuf's wire format: what the code that ts-proto generates asks of a writer. */
export class BinaryWriter {
  private buffer: Buffer;
  private view: DataView;
  private pos = 0;
  /** Where the messages begin that are not complete. */
  private readonly begun: number[] = [];

  constructor() {
    this.buffer = spare ?? Buffer.allocUnsafeSlow(SIZE_MIN);
    spare = undefined; // whoever is written meanwhile takes memory of its own
    this.view = viewOf(this.buffer);
  }

  /** What was written. The writer is at its beginning again. */
  finish(): Buffer {
    const written = Buffer.allocUnsafe(this.pos);
    this.buffer.copy(written, 0, 0, this.pos);
    this.pos = 0;
    if (this.buffer.length <= SIZE_KEPT_MAX) {
      spare = this.buffer;
      this.buffer = EMPTY;
      this.view = EMPTY_VIEW;
    }
    return written;
  }

  /** Begins a message within the message: `join` ends it, and writes its length before it. */
  fork(): this {
    this.room(1);
    this.begun.push(this.pos++);
    return this;
  }

  join(): this {
    const begun = this.begun.pop();
    if (begun === undefined) throw new Error('There is no message to end.');
    const length = this.pos - begun - 1;
    this.moveBehindLength(begun, 1, length);
    return this;
  }

  uint32(value: number): this {
    if (value >>> 0 !== value) throw new RangeError(`${value} is not a uint32.`);
    this.room(5);
    this.pos = writeVarint(this.buffer, this.pos, value);
    return this;
  }

  int32(value: number): this {
    if ((value | 0) !== value) throw new RangeError(`${value} is not an int32.`);
    if (value >= 0) return this.uint32(value);
    return this.varint64(value >>> 0, 0xffff_ffff); // as long as an int64 of the same value
  }

  bool(value: boolean): this {
    this.room(1);
    this.buffer[this.pos++] = value ? 1 : 0;
    return this;
  }

  uint64(value: bigint): this {
    splitUnsigned(value);
    return this.varint64(low(), high());
  }

  int64(value: bigint): this {
    splitSigned(value);
    return this.varint64(low(), high());
  }

  fixed64(value: bigint): this {
    splitUnsigned(value);
    this.room(8);
    this.view.setUint32(this.pos, low(), true);
    this.view.setUint32(this.pos + 4, high(), true);
    this.pos += 8;
    return this;
  }

  double(value: number): this {
    this.room(8);
    this.view.setFloat64(this.pos, value, true);
    this.pos += 8;
    return this;
  }

  bytes(value: Uint8Array): this {
    this.uint32(value.length);
    return this.raw(value);
  }

  /** Bytes as they are, such as a field that was skipped. */
  raw(value: Uint8Array): this {
    const { length } = value;
    this.room(length);
    const { buffer, pos } = this;
    if (length > 32) buffer.set(value, pos);
    else for (let at = 0; at < length; at++) buffer[pos + at] = value[at]!;
    this.pos = pos + length;
    return this;
  }

  string(value: string): this {
    const { length } = value;
    this.room(5 + 3 * length); // a UTF-16 unit takes at most 3 bytes
    const { buffer, pos: start } = this;
    if (length <= SHORT_TEXT) {
      let pos = start;
      buffer[pos++] = length;
      let at = 0;
      for (; at < length; at++) {
        const unit = value.charCodeAt(at);
        if (unit > 0x7f) break;
        buffer[pos++] = unit;
      }
      if (at === length) {
        this.pos = pos;
        return this;
      }
    }
    const lengthBytes = varintBytes(length); // right where all of it is ASCII
    const written = buffer.write(value, start + lengthBytes, 'utf8');
    this.pos = start + lengthBytes + written;
    this.moveBehindLength(start, lengthBytes, written);
    return this;
  }

  /** Writes the length of the last `length` bytes at `start`, where `lengthBytes` bytes were left for it. */
  private moveBehindLength(start: number, lengthBytes: number, length: number): void {
    const needed = varintBytes(length);
    if (needed !== lengthBytes) {
      this.room(needed);
      this.buffer.copyWithin(start + needed, start + lengthBytes, this.pos);
      this.pos += needed - lengthBytes;
    }
    writeVarint(this.buffer, start, length);
  }

  private varint64(lowBits: number, highBits: number): this {
    this.room(10);
    const { buffer } = this;
    let { pos } = this;
    let [rest, above] = [lowBits, highBits];
    while (above !== 0 || rest > 0x7f) {
      buffer[pos++] = (rest & 0x7f) | 0x80;
      rest = ((rest >>> 7) | (above << 25)) >>> 0;
      above >>>= 7;
    }
    buffer[pos++] = rest;
    this.pos = pos;
    return this;
  }

  private room(bytes: number): void {
    const needed = this.pos + bytes;
    if (needed <= this.buffer.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(SIZE_MIN, 2 ** Math.ceil(Math.log2(needed))));
    this.buffer.copy(larger, 0, 0, this.pos);
    this.buffer = larger;
    this.view = viewOf(larger);
  }
}

const viewOf = ({ buffer, byteOffset, byteLength }: Buffer) => new DataView(buffer, byteOffset, byteLength);
const EMPTY = Buffer.alloc(0);
const EMPTY_VIEW = viewOf(EMPTY);

const varintBytes = (value: number): number =>
  value < 0x80 ? 1 : value < 0x4000 ? 2 : value < 0x20_0000 ? 3 : value < 0x1000_0000 ? 4 : 5;

/** @returns where it ends */
function writeVarint(buffer: Buffer, start: number, value: number): number {
  let pos = start;
  let rest = value;
  while (rest > 0x7f) {
    buffer[pos++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  buffer[pos++] = rest;
  return pos;
}
