/** It is not JSON. */
export const INVALID = -1;
/** It is nested deeper than is looked at here: who gets this must ask JSON.parse. */
export const DEEP = -2;

const DEPTH_MAX = 200;

const [QUOTE, COMMA, MINUS, DOT, ZERO, NINE, COLON] = [0x22, 0x2c, 0x2d, 0x2e, 0x30, 0x39, 0x3a] as const;
const [OPEN_LIST, BACKSLASH, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5c, 0x5d, 0x7b, 0x7d] as const;
const [SPACE, LINE_FEED, RETURN, TAB] = [0x20, 0x0a, 0x0d, 0x09] as const;

/** Those bytes that a backslash makes one character of. */
const ESCAPED = new Uint8Array(256);
for (const byte of Buffer.from('"\\/bfnrt')) ESCAPED[byte] = 1;

const HEXADECIMAL = new Uint8Array(256);
for (const byte of Buffer.from('0123456789abcdefABCDEF')) HEXADECIMAL[byte] = 1;

const [TRUE, FALSE, NULL] = [Buffer.from('true'), Buffer.from('false'), Buffer.from('null')] as const;

/** The closing quote of a string with an escape, as `stringEnd` tells it apart; and the same back again. */
export const escapedEnd = (end: number): number => DEEP - 1 - end;

const isDigit = (byte: number | undefined): boolean => byte! >= ZERO && byte! <= NINE;

/**
 * Finds where JSON values end in raw bytes, and whether they are JSON at all, by the grammar of JSON.parse; nothing is
 * built. Bytes of 0x80 and above pass within strings, whatever they mean, since decoding UTF-8 never makes or swallows an
 * ASCII character. Every method takes where to begin and gives where to go on, or one of the two numbers above.
 */
export class JsonBytes {
  private readonly view: DataView;

  constructor(readonly bytes: Buffer) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  /** @returns the first byte that is no white space */
  afterSpace(from: number): number {
    const { bytes } = this;
    let at = from;
    for (;;) {
      const byte = bytes[at]!;
      if (byte !== SPACE && byte !== LINE_FEED && byte !== RETURN && byte !== TAB) return at;
      at++;
    }
  }

  /**
   * @param from the first byte behind the opening quote
   * @returns the closing quote; where the string has an escape, as `escapedEnd` spells it, which is less than `DEEP`
   */
  stringEnd(from: number): number {
    const { bytes, view } = this;
    const { length } = bytes;
    let escaped = false;
    let at = from;
    for (;;) {
      // Four bytes at a time: the lowest set bit is at the first byte that is a quote, a backslash or a control.
      while (at + 4 <= length) {
        const four = view.getInt32(at, true);
        const quotes = four ^ 0x22222222;
        const backslashes = four ^ 0x5c5c5c5c;
        const stops =
          (((quotes - 0x01010101) & ~quotes) |
            ((backslashes - 0x01010101) & ~backslashes) |
            ((four - 0x20202020) & ~four)) &
          0x80808080;
        if (stops !== 0) {
          at += (31 - Math.clz32(stops & -stops)) >> 3;
          break;
        }
        at += 4;
      }
      const byte = bytes[at]!;
      if (byte === QUOTE) return escaped ? escapedEnd(at) : at;
      if (byte === BACKSLASH) {
        at = this.escapeEnd(at + 1);
        if (at < 0) return INVALID;
        escaped = true;
      } else if (byte >= SPACE) at++;
      else return INVALID; // also where there is no byte
    }
  }

  /** @param from the value's first byte */
  valueEnd(from: number, depth = 0): number {
    switch (this.bytes[from]) {
      case QUOTE: {
        const end = this.stringEnd(from + 1);
        return end === INVALID ? INVALID : (end < 0 ? escapedEnd(end) : end) + 1;
      }
      case OPEN_OBJECT:
        return depth === DEPTH_MAX ? DEEP : this.objectEnd(from + 1, depth + 1);
      case OPEN_LIST:
        return depth === DEPTH_MAX ? DEEP : this.listEnd(from + 1, depth + 1);
      case TRUE[0]:
        return this.wordEnd(from, TRUE);
      case FALSE[0]:
        return this.wordEnd(from, FALSE);
      case NULL[0]:
        return this.wordEnd(from, NULL);
      default:
        return this.numberEnd(from);
    }
  }

  /** Whether these bytes stand there. */
  has(word: Uint8Array, from: number): boolean {
    const { bytes } = this;
    for (let index = 0; index < word.length; index++) if (bytes[from + index] !== word[index]) return false;
    return true;
  }

  private objectEnd(from: number, depth: number): number {
    const { bytes } = this;
    let at = this.afterSpace(from);
    if (bytes[at] === CLOSE_OBJECT) return at + 1;
    for (;;) {
      if (bytes[at] !== QUOTE) return INVALID;
      const key = this.stringEnd(at + 1);
      if (key === INVALID) return INVALID;
      at = this.afterSpace((key < 0 ? escapedEnd(key) : key) + 1);
      if (bytes[at] !== COLON) return INVALID;
      const end = this.valueEnd(this.afterSpace(at + 1), depth);
      if (end < 0) return end;
      at = this.afterSpace(end);
      if (bytes[at] === CLOSE_OBJECT) return at + 1;
      if (bytes[at] !== COMMA) return INVALID;
      at = this.afterSpace(at + 1);
    }
  }

  private listEnd(from: number, depth: number): number {
    const { bytes } = this;
    let at = this.afterSpace(from);
    if (bytes[at] === CLOSE_LIST) return at + 1;
    for (;;) {
      const end = this.valueEnd(at, depth);
      if (end < 0) return end;
      at = this.afterSpace(end);
      if (bytes[at] === CLOSE_LIST) return at + 1;
      if (bytes[at] !== COMMA) return INVALID;
      at = this.afterSpace(at + 1);
    }
  }

  private wordEnd(from: number, word: Uint8Array): number {
    return this.has(word, from) ? from + word.length : INVALID;
  }

  /** @param from behind the backslash */
  private escapeEnd(from: number): number {
    const { bytes } = this;
    if (ESCAPED[bytes[from]!] === 1) return from + 1;
    if (bytes[from] !== 0x75) return INVALID;
    for (let at = from + 1; at < from + 5; at++) if (HEXADECIMAL[bytes[at]!] !== 1) return INVALID;
    return from + 5;
  }

  private numberEnd(from: number): number {
    const { bytes } = this;
    let at = bytes[from] === MINUS ? from + 1 : from;
    if (!isDigit(bytes[at])) return INVALID;
    at = bytes[at] === ZERO ? at + 1 : this.digitsEnd(at + 1);
    if (bytes[at] === DOT) {
      if (!isDigit(bytes[at + 1])) return INVALID;
      at = this.digitsEnd(at + 2);
    }
    if (bytes[at] === 0x65 || bytes[at] === 0x45) {
      const sign = bytes[at + 1];
      const exponent = sign === 0x2b || sign === MINUS ? at + 2 : at + 1;
      if (!isDigit(bytes[exponent])) return INVALID;
      at = this.digitsEnd(exponent + 1);
    }
    return at;
  }

  private digitsEnd(from: number): number {
    const { bytes } = this;
    let at = from;
    while (isDigit(bytes[at])) at++;
    return at;
  }
}
