/** The end of the year 9999, in seconds. */
const TIME_MAX_S = 253_402_300_799;
const TIME_MAX_US = BigInt(TIME_MAX_S) * 1_000_000n;

const SECONDS = /^\d{1,12}(\.\d{1,9})?$/;

/**
 * Seconds since 1970-01-01 UTC, with a fraction or without, as a number or as text.
 * @returns microseconds; undefined where it is no such time
 */
export function secondsToUs(value: unknown): bigint | undefined {
  const seconds = typeof value === 'string' && SECONDS.test(value) ? Number(value) : value;
  if (typeof seconds !== 'number' || !(seconds > 0) || seconds > TIME_MAX_S) return undefined;
  const us = BigInt(Math.round(seconds * 1_000_000));
  return us > 0n ? us : undefined;
}

const ISO =
  /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))? ?(?:(Z|UTC)|([+-])(\d\d)(?::?(\d\d))?)?$/i;

/**
 * A time as ISO 8601 writes it, and as providers do: with a blank for the T, up to nine digits behind the second, an offset
 * in any form; without one it is UTC.
 * @returns microseconds since 1970-01-01 UTC, cut; undefined where it is no such time
 */
export function isoToUs(value: unknown): bigint | undefined {
  const parts = typeof value === 'string' ? ISO.exec(value.trim()) : undefined;
  if (!parts) return undefined;
  const [, year, month, day, hour, minute, second, fraction = '', , sign, offsetHours = 0, offsetMinutes = 0] = parts;
  const [date, time] = [
    [Number(year), Number(month), Number(day)],
    [Number(hour), Number(minute), Number(second)],
  ] as const;
  const [hours, minutes, seconds] = time;
  if (hours > 23 || minutes > 59 || seconds > 60 || Number(offsetHours) > 23 || Number(offsetMinutes) > 59)
    return undefined;
  const midnight = new Date(Date.UTC(date[0], date[1] - 1, date[2]));
  if (midnight.getUTCMonth() !== date[1] - 1 || midnight.getUTCDate() !== date[2]) return undefined;
  const offset = (Number(offsetHours) * 60 + Number(offsetMinutes)) * (sign === '-' ? -1 : 1);
  const wholeMs = midnight.getTime() + ((hours * 60 + minutes - offset) * 60 + seconds) * 1000;
  const us = BigInt(wholeMs) * 1000n + BigInt(fraction.slice(0, 6).padEnd(6, '0'));
  return us > 0n && us <= TIME_MAX_US ? us : undefined;
}
