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

/** So few that most have several opens and clicks, early and late. */
const MESSAGES = 300;
const USER_AGENTS = [
  '',
  'Mozilla/5.0',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148',
  'Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)',
  'curl/8.0',
];
const TAGS = [[], [], [], ['a'], ['a', 'b'], ['b', 'b'], ['x\0', 'x\ufffd'], ['\ud83c\udf31', '\ud83c']];

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
      messageId: idOf(`message ${random.below(MESSAGES)}`),
      recipientDomain: random.oneOf(['example.com', 'gmail.com', '']),
      userAgent: random.oneOf(USER_AGENTS),
      ipCountry: random.oneOf(['', 'CH', 'JP']),
      url: random.oneOf(['', 'https://example.com/a?b=1#c', 'https://example.com/a?b=2', 'https://example.com/ü#?']),
      machineGenerated: random.oneOf<number>([0, 0, 0, 0, 1, 4, 9]),
      recipientAmbiguous: random.next() < 0.1,
      subType: random.oneOf(['', '', 'Blocked', 'hard']),
      smtpCode: random.oneOf([0, 250, 421, 550]),
      enhancedStatus: random.oneOf(['', '4.2.2', '5.1.1']),
      tags: random.oneOf(TAGS),
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
