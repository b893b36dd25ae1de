import type { Event } from '@kelp/contract-event';
import { idOf, makeEvent } from './make-event.js';

const DAY_MS = 86_400_000;

/** Numbers that look random and are the same for the same seed (mulberry32). */
export class Random {
  constructor(private state: number) {}

  /** From 0 up to, and not including, 1. */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  }

  below(end: number): number {
    return Math.floor(this.next() * end);
  }

  oneOf<T>(values: readonly T[]): T {
    return values[this.below(values.length)]!;
  }
}

export const ORGANIZATIONS = [idOf('one'), idOf('two')];
const TEMPLATES = [idOf('welcome'), idOf('receipt'), Buffer.alloc(0)];
/** Delivered most of all; and one that nobody knows yet. */
const TYPES: readonly number[] = [1, 3, 3, 3, 4, 7, 7, 8, 13, 21];

/** An event of one of a few organizations, templates and versions: mostly of now, some of days ago. */
function randomEvent(random: Random, name: string, nowMs: number): Event {
  const agoMs = random.next() < 0.8 ? random.below(600_000) : random.below(20) * DAY_MS + random.below(DAY_MS);
  const templateId = random.oneOf(TEMPLATES);
  return makeEvent(
    { name, timeMs: nowMs - agoMs },
    {
      organizationId: random.oneOf(ORGANIZATIONS),
      templateId,
      templateVersion: templateId.length ? 1 + random.below(3) : 0,
      type: random.oneOf(TYPES),
      locale: random.oneOf(['en', 'de']),
      tags: random.next() < 0.1 ? ['a', 'b'] : [],
    },
  );
}

/**
 * What several senders send, one batch after the other: every event at least once, many again in other batches, of the
 * same sender and of others, in any order.
 */
export function randomWorkload(seed: number, senders: number, batches: number): Event[][][] {
  const random = new Random(seed);
  const nowMs = Date.now();
  const sent: Event[] = [];
  return Array.from({ length: senders }, (_, sender) =>
    Array.from({ length: batches }, (_, batch) => {
      const size = 1 + random.below(random.oneOf([3, 50, 600]));
      return Array.from({ length: size }, (_, index) => {
        if (sent.length > 0 && random.next() < 0.2) return random.oneOf(sent);
        const event = randomEvent(random, `${seed} ${sender} ${batch} ${index}`, nowMs);
        sent.push(event);
        return event;
      });
    }),
  );
}
