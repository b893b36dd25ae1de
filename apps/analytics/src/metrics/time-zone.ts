/** What decides which roll-ups a time zone's buckets can be made of. */
export type ZoneKind = 'utc' | 'whole-hours' | 'quarters';

/** As IANA writes names. Offsets such as `+01:00` mean one thing to JavaScript and the opposite to PostgreSQL. */
const NAME = /^[A-Za-z][A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+)*$/;
const FIRST_YEAR = 2000;
const LAST_YEAR = 2037;
const KNOWN_MAX = 1_000;

const known = new Map<string, ZoneKind | undefined>();

/** The kind of a time zone, by all of its offsets since 2000; undefined where there is no such zone. */
export function zoneKind(name: string): ZoneKind | undefined {
  if (!known.has(name)) {
    if (known.size >= KNOWN_MAX) known.clear();
    known.set(name, findOut(name));
  }
  return known.get(name);
}

function findOut(name: string): ZoneKind | undefined {
  if (!NAME.test(name)) return undefined;
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en', { timeZone: name, timeZoneName: 'longOffset' });
  } catch {
    return undefined; // what it throws says that there is no such zone
  }
  let isUtc = true;
  for (let month = 0; month < (LAST_YEAR - FIRST_YEAR) * 12; month += 1) {
    const parts = format.formatToParts(Date.UTC(FIRST_YEAR, month, 1));
    const offset = parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';
    if (!/^GMT(\+00:00)?$/.test(offset)) isUtc = false;
    if (!/^GMT([+-]\d\d:00)?$/.test(offset)) return 'quarters';
  }
  return isUtc ? 'utc' : 'whole-hours';
}
