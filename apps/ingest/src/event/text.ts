/** Half of a character that takes two code units, without its other half. */
const LONE_SURROGATE = /\p{Surrogate}/gu;
const ENDS_IN_HALF = /[\ud800-\udbff]$/;

/**
 * A value as text that every store can hold: of whole characters, without NUL, which PostgreSQL refuses. Numbers and
 * flags become text, since senders use them as such; anything else is no text and becomes an empty one.
 * @param max how many UTF-16 code units it has at most, which is never more characters than that
 */
export function text(value: unknown, max: number): string {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value).slice(0, max);
  if (typeof value !== 'string') return '';
  const cut = value.length > max ? value.slice(0, max).replace(ENDS_IN_HALF, '') : value;
  return cut.replace(LONE_SURROGATE, '\ufffd').replaceAll('\0', '\ufffd');
}

/** A whole number within bounds, also where it is written as text; undefined for anything else. */
export function wholeNumber(value: unknown, min: number, max: number): number | undefined {
  const number = typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isInteger(number) && number >= min && number <= max ? number : undefined;
}
