import { toInt64, toUint64 } from './int64.js';

/** Texts up to this length are read byte by byte, which costs less than asking the runtime. */
const SHORT_TEXT = 16;
const GROUPS_MAX = 100;

/** The kinds of values on the wire. Source: https://protobuf.dev/programming-guides/encoding/#structure */
const VARINT = 0;
const BITS_64 = 1;
const LENGTH_DELIMITED = 2;
const GROUP_START = 3;
const GROUP_END = 4;
const BITS_32 = 5;

/**
 * Reads protobuf's wire format: what the code that ts-proto generates asks of a reader. Takes no byte from behind the
 * end, whatever lengths the bytes tell.
 */
export class BinaryReader {
  readonly len: number;
  pos = 0;
  /** How deep generated code is in messages within messages: it counts here. */
  __tsProtoDecodeDepth = 0;
  private readonly bytesOfAll: Buffer;
  private view: DataView | undefined;
  private high = 0;

  constructor(bytes: Uint8Array) {
    this.bytesOfAll = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.len = bytes.length;
  }

  uint32(): number {
    const { bytesOfAll: bytes, pos } = this;
    const byte = bytes[pos]!;
    if (byte < 0x80) {
      this.pos = pos + 1;
      return byte;
    }
    const second = bytes[pos + 1]!;
    if (second < 0x80) {
      this.pos = pos + 2;
      return (byte & 0x7f) | (second << 7);
    }
    return this.varint();
  }

  int32(): number {
    return this.uint32() | 0;
  }

  bool(): boolean {
    const low = this.varint();
    return low !== 0 || this.high !== 0;
  }

  uint64(): bigint {
    const low = this.varint();
    return toUint64(low, this.high);
  }

  int64(): bigint {
    const low = this.varint();
    return toInt64(low, this.high);
  }

  fixed64(): bigint {
    const start = this.take(8);
    return this.dataView().getBigUint64(start, true);
  }

  double(): number {
    const start = this.take(8);
    return this.dataView().getFloat64(start, true);
  }

  /** A copy: what is kept of a message must not keep all of it in memory. */
  bytes(): Buffer {
    const length = this.uint32();
    const start = this.take(length);
    const copy = Buffer.allocUnsafe(length);
    const { bytesOfAll: bytes } = this;
    if (length > 32) bytes.copy(copy, 0, start, start + length);
    else for (let at = 0; at < length; at++) copy[at] = bytes[start + at]!;
    return copy;
  }

  string(): string {
    const length = this.uint32();
    if (length === 0) return '';
    const start = this.take(length);
    const { bytesOfAll: bytes } = this;
    if (length > SHORT_TEXT) return bytes.toString('utf8', start, start + length);
    let text = '';
    for (let at = start; at < start + length; at++) {
      const byte = bytes[at]!;
      if (byte >= 0x80) return bytes.toString('utf8', start, start + length);
      text += String.fromCharCode(byte);
    }
    return text;
  }

  /** Steps over a value that nobody knows. @returns it, for those who pass it on */
  skip(kind: number, field?: number, groupsMax: number = GROUPS_MAX): Uint8Array {
    const start = this.pos;
    if (kind === VARINT) this.varint();
    else if (kind === BITS_64) this.take(8);
    else if (kind === LENGTH_DELIMITED) this.take(this.uint32());
    else if (kind === GROUP_START) this.skipGroup(field, groupsMax);
    else if (kind === BITS_32) this.take(4);
    else throw new RangeError(`Protobuf has no values of kind ${kind}.`);
    return this.bytesOfAll.subarray(start, this.pos);
  }

  private skipGroup(field: number | undefined, groupsMax: number): void {
    if (groupsMax === 0) throw new RangeError('Groups stand too deep within each other.');
    for (;;) {
      const tag = this.tag();
      if ((tag & 7) !== GROUP_END) {
        this.skip(tag & 7, tag >>> 3, groupsMax - 1);
        continue;
      }
      if (field !== undefined && tag >>> 3 !== field) throw new RangeError('A group ends that did not begin.');
      return;
    }
  }

  private tag(): number {
    const start = this.pos;
    const tag = this.varint();
    if (this.high !== 0 || this.pos - start > 5 || tag >>> 3 === 0)
      throw new RangeError('That is the tag of no field.');
    return tag;
  }

  /** Steps over some bytes. @returns where they begin */
  private take(length: number): number {
    const start = this.pos;
    if (length > this.len - start) throw new RangeError('premature EOF');
    this.pos = start + length;
    return start;
  }

  /** The low 32 bits of a varint; the others are in `high`. */
  private varint(): number {
    const { bytesOfAll: bytes } = this;
    let low = 0;
    let high = 0;
    let at = this.pos;
    for (let bit = 0; bit < 70; bit += 7) {
      if (at >= this.len) throw new RangeError('premature EOF');
      const byte = bytes[at++]!;
      const bits = byte & 0x7f;
      if (bit < 28) low |= bits << bit;
      else if (bit === 28) {
        low |= bits << 28;
        high = bits >>> 4;
      } else high |= bits << (bit - 32);
      if (byte < 0x80) {
        this.pos = at;
        this.high = high >>> 0;
        return low >>> 0;
      }
    }
    throw new RangeError('A varint is longer than 10 bytes.');
  }

  private dataView(): DataView {
    if (this.view) return this.view;
    const { buffer, byteOffset, byteLength } = this.bytesOfAll;
    this.view = new DataView(buffer, byteOffset, byteLength);
    return this.view;
  }
}
