import { bytesToUuid } from '@kelp/resource';

/** Nothing is older: no provider keeps events for that long, so the clock that said so is wrong. */
export const EARLIEST_MS = Date.UTC(2000, 0, 1);
/** How far ahead a provider's clock may be. */
export const AHEAD_MAX_MS = 2 * 86_400_000;

const DAY_MS = 86_400_000;

/** The time that an event's id begins with: milliseconds since 1970-01-01 UTC. */
export const idTimeMs = (eventId: Buffer): number => eventId.readUIntBE(0, 6);

/** The day of UTC that an event is stored under, counted from 1970-01-01. */
export const dayOf = (eventId: Buffer): number => Math.floor(idTimeMs(eventId) / DAY_MS);

/** A day, counted from 1970-01-01, as `2026-11-24`. */
export const dateOf = (day: number): string => new Date(day * DAY_MS).toISOString().slice(0, 10);

/** The smallest id of an event at this time, as a UUID. */
export function firstIdAt(timeMs: number): string {
  const id = Buffer.alloc(16);
  id.writeUIntBE(Math.min(Math.max(0, Math.ceil(timeMs)), 2 ** 48 - 1), 0, 6);
  return bytesToUuid(id);
}
