/** How far a provider's clock may be ahead of ours. */
const AHEAD_MAX_MS = 5 * 60_000;
const HOUR_MS = 3_600_000;

/**
 * What is wrong with the time of a signature; undefined where nothing is. A window may be wide: a request that is repeated
 * changes nothing, as its events are stored once, and a narrow one would lose what was posted during an outage.
 * @param timestamp seconds since 1970-01-01 UTC, in digits
 * @param hoursMax how long the provider may go on repeating what it signed
 */
export function ageProblem(timestamp: unknown, receivedAtMs: number, hoursMax: number): string | undefined {
  const digits = typeof timestamp === 'number' ? String(timestamp) : timestamp;
  if (typeof digits !== 'string' || !/^\d{1,12}$/.test(digits)) return 'The signature has no time.';
  const ageMs = receivedAtMs - Number(digits) * 1000;
  if (ageMs > hoursMax * HOUR_MS) return `The signature is older than ${hoursMax} hours.`;
  return ageMs < -AHEAD_MAX_MS ? 'The signature is from the future.' : undefined;
}
