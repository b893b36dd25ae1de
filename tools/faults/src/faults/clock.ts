import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from '../fault.js';

const HOUR_MS = 3_600_000;

/** A clock is set, by its owner or by its keeper: what is an hour old may be still to come. */
const jump: Fault = {
  name: 'turn a clock',
  strike: async ({ clocks }, random) => {
    const service = random.pick(['account', 'template', 'analytics', 'ingest'] as const);
    // Beyond a day, events come from a time that none can come from: those are put aside, and not counted.
    const offsetMs = Math.round(random.between(-12, 12) * HOUR_MS);
    clocks.set(service, offsetMs);
    await sleep(random.between(500, 4_000));
    clocks.set(service, 0);
    return `${service} by ${(offsetMs / HOUR_MS).toFixed(1)} h`;
  },
};

export const clockFaults: readonly Fault[] = [jump];
