const BYTE_ORDER_MARK = '\ufeff';
const LONG_DIGITS = /\d{16}/;
const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
const LONG_INTEGER = /^-?\d{16,}$/;
const [QUOTE, BACKSLASH] = [0x22, 0x5c] as const;

/** An object as JSON.parse made it. */
export type JsonObject = Readonly<Record<string, unknown>>;

/**
 * Reads JSON. Bytes that are not UTF-8 become U+FFFD, a byte order mark is skipped, of two equal keys the last one counts.
 * Integers of 16 digits and more become texts, since a number would round them: some identifiers have 64 bits.
 * @returns undefined where it is no JSON
 */
export function parseJson(json: Buffer | string): unknown {
  const whole = typeof json === 'string' ? json : json.toString('utf8');
  const text = whole.startsWith(BYTE_ORDER_MARK) ? whole.slice(1) : whole;
  try {
    const value: unknown = JSON.parse(text);
    // What is valid has an end to each of its texts, on which the other reading relies.
    return LONG_DIGITS.test(text) ? JSON.parse(withLongIntegersAsText(text)) : value;
  } catch {
    return undefined;
  }
}

function withLongIntegersAsText(json: string): string {
  const parts: string[] = [];
  for (let at = 0; at < json.length; ) {
    const quote = json.indexOf('"', at);
    const end = quote === -1 ? json.length : quote;
    parts.push(json.slice(at, end).replace(NUMBER, (number) => (LONG_INTEGER.test(number) ? `"${number}"` : number)));
    at = quote === -1 ? end : afterText(json, quote);
    parts.push(json.slice(end, at));
  }
  return parts.join('');
}

/** Where the text that begins with this quote is over. */
function afterText(json: string, quote: number): number {
  for (let at = quote + 1; ; at++) {
    const sign = json.charCodeAt(at);
    if (sign === BACKSLASH) at++;
    else if (sign === QUOTE) return at + 1;
  }
}

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value where it is an object; an empty one where it is anything else. */
export const objectOf = (value: unknown): JsonObject => (isObject(value) ? value : {});

/** The value where it is a list; an empty one where it is anything else. */
export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
