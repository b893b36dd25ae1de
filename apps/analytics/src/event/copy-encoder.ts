const SIGNATURE = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1');
const TEXT_OID = 25;
const INT2_OID = 21;
const INT4_OID = 23;
const INT8_OID = 20;
const UUID_OID = 2950;
const POSTGRES_EPOCH_US = Date.UTC(2000, 0, 1) * 1000;
const TWO_32 = 2 ** 32;

/** Up to this many characters, a loop writes a text faster than a call that leaves JavaScript. */
const SHORT = 64;

/** A jsonb value starts with the version of its format. */
const JSONB_VERSION = 1;

/**
 * Writes rows in the binary format of COPY: what costs PostgreSQL the least to read. The caller writes each row's
 * fields in the order of the statement's columns.
 *
 * Text must not hold U+0000, which PostgreSQL cannot store: it becomes U+FFFD.
 */
export class CopyEncoder {
  private buffer: Buffer;
  private view: DataView;
  private at = 0;

  /** @param bytes what the rows will take, roughly */
  constructor(bytes: number = 65_536) {
    this.buffer = Buffer.allocUnsafeSlow(Math.max(bytes, 64));
    this.view = new DataView(this.buffer.buffer);
    this.at = SIGNATURE.copy(this.buffer);
  }

  /** Starts a row. */
  row(fields: number): void {
    this.reserve(2);
    this.int16Raw(fields);
  }

  null(): void {
    this.reserve(4);
    this.int32Raw(-1);
  }

  int2(value: number): void {
    this.reserve(6);
    this.int32Raw(2);
    this.int16Raw(value);
  }

  int4(value: number): void {
    this.reserve(8);
    this.int32Raw(4);
    this.int32Raw(value);
  }

  /** Bytes that are the value's own binary form, such as those of a UUID. */
  bytes(value: Uint8Array): void {
    this.reserve(4 + value.length);
    this.int32Raw(value.length);
    // For so few bytes a loop is faster than a call that leaves JavaScript.
    for (let index = 0; index < value.length; index += 1) this.buffer[this.at + index] = value[index]!;
    this.at += value.length;
  }

  boolean(value: boolean): void {
    this.reserve(5);
    this.int32Raw(1);
    this.buffer[this.at] = value ? 1 : 0;
    this.at += 1;
  }

  /** @param us microseconds since 1970-01-01 UTC; exact from then to the year 2255 */
  timestamp(us: number): void {
    this.reserve(12);
    this.int32Raw(8);
    const value = us - POSTGRES_EPOCH_US;
    this.int32Raw(Math.floor(value / TWO_32));
    this.int32Raw(value);
  }

  text(value: string): void {
    this.reserve(4 + value.length * 3);
    const start = this.at;
    this.at += 4;
    this.at += this.shortAscii(value) || this.buffer.write(storable(value), this.at);
    this.lengthAt(start);
  }

  /** A text, or null where it is empty. */
  textOrNull(value: string): void {
    if (value === '') this.null();
    else this.text(value);
  }

  textArray(values: readonly string[]): void {
    this.array(TEXT_OID, values, (value) => this.text(value));
  }

  int2Array(values: readonly number[]): void {
    this.array(INT2_OID, values, (value) => this.int2(value));
  }

  int4Array(values: readonly number[]): void {
    this.array(INT4_OID, values, (value) => this.int4(value));
  }

  /** @param values eight bytes each */
  int8Array(values: readonly Uint8Array[]): void {
    this.array(INT8_OID, values, (value) => this.bytes(value));
  }

  /** @param values sixteen bytes each */
  uuidArray(values: readonly Uint8Array[]): void {
    this.array(UUID_OID, values, (value) => this.bytes(value));
  }

  jsonb(value: Readonly<Record<string, string>>): void {
    const json = jsonOf(value);
    this.reserve(5 + json.length * 3);
    const start = this.at;
    this.at += 4;
    this.buffer[this.at] = JSONB_VERSION;
    this.at += 1 + this.buffer.write(json, this.at + 1);
    this.lengthAt(start);
  }

  /** Ends the rows. @returns all of them; the encoder is used up */
  finish(): Buffer {
    this.reserve(2);
    this.int16Raw(-1);
    return this.buffer.subarray(0, this.at);
  }

  private array<T>(elementOid: number, values: readonly T[], write: (value: T) => void): void {
    this.reserve(24);
    const start = this.at;
    this.at += 4;
    this.int32Raw(values.length === 0 ? 0 : 1); // dimensions
    this.int32Raw(0); // no nulls
    this.int32Raw(elementOid);
    if (values.length > 0) {
      this.int32Raw(values.length);
      this.int32Raw(1); // counted from
      for (const value of values) write(value);
    }
    this.lengthAt(start);
  }

  /** Writes most texts, and faster than `write` can. @returns how many bytes; 0 where it is not such a text */
  private shortAscii(value: string): number {
    const { buffer, at } = this;
    if (value.length > SHORT) return 0;
    for (let index = 0; index < value.length; index += 1) {
      const character = value.charCodeAt(index);
      if (character === 0 || character > 127) return 0;
      buffer[at + index] = character;
    }
    return value.length;
  }

  /** The length of a field that began at `start`, now that it is written. */
  private lengthAt(start: number): void {
    this.view.setInt32(start, this.at - start - 4);
  }

  private int16Raw(value: number): void {
    this.view.setInt16(this.at, value);
    this.at += 2;
  }

  private int32Raw(value: number): void {
    this.view.setInt32(this.at, value);
    this.at += 4;
  }

  private reserve(bytes: number): void {
    if (this.at + bytes <= this.buffer.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(this.buffer.length * 2, this.at + bytes));
    this.buffer.copy(larger, 0, 0, this.at);
    this.buffer = larger;
    this.view = new DataView(larger.buffer);
  }
}

const storable = (text: string): string => (text.includes('\0') ? text.replaceAll('\0', '\ufffd') : text);

/** Escapes that jsonb refuses, of U+0000 and of half a surrogate pair, are rare: only then is each text looked at. */
function jsonOf(value: Readonly<Record<string, string>>): string {
  const json = JSON.stringify(value);
  if (!json.includes('\\u')) return json;
  const clean = (text: string) => Buffer.from(storable(text)).toString();
  return JSON.stringify(Object.fromEntries(Object.entries(value).map((entry) => entry.map(clean))));
}
