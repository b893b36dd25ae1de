import type { Random } from '../random.js';
import type { SendgridType } from './event.js';
import * as words from './words.js';

/** One thing that happens to a mail. */
export interface Step {
  readonly type: SendgridType;
  /** How long after it was sent, in seconds. */
  readonly after: number;
  readonly fields: Readonly<Record<string, unknown>>;
}

const HOUR = 3600;
const ip = (random: Random) => `198.51.100.${random.integer(1, 254)}`;

/** What happens to one mail, from its sending to what its recipient makes of it: often nothing. */
export function* story(random: Random): Generator<Step> {
  if (random.chance(0.01)) {
    yield { type: 'dropped', after: 0, fields: { reason: random.pick(words.drops), status: '5.0.0' } };
    return;
  }
  yield { type: 'processed', after: 0, fields: { send_at: 0 } };
  let after = random.integer(1, 4);
  for (let attempt = 1; random.chance(0.06); attempt++) {
    yield {
      type: 'deferred',
      after,
      fields: { response: random.pick(words.deferred), attempt: String(attempt), tls: 0 },
    };
    after += 300 * attempt;
  }
  if (random.chance(0.03)) {
    const { classification, ...bounce } = random.pick(words.bounces);
    yield {
      type: 'bounce',
      after,
      fields: { ...bounce, bounce_classification: classification, tls: 1, ip: '192.0.2.17' },
    };
    return;
  }
  yield { type: 'delivered', after, fields: { response: random.pick(words.delivered), tls: 1, ip: '192.0.2.17' } };
  yield* reactions(random, after);
}

function* reactions(random: Random, delivered: number): Generator<Step> {
  if (random.chance(0.18)) {
    const fields = { useragent: words.machine, ip: ip(random), sg_machine_open: true, sg_content_type: 'html' };
    yield { type: 'open', after: delivered + random.integer(1, 20), fields };
  }
  if (!random.chance(0.2)) return;
  let after = delivered + random.integer(60, 4 * HOUR);
  const reader = { useragent: random.pick(words.browsers), ip: ip(random) };
  do {
    yield { type: 'open', after, fields: { ...reader, sg_machine_open: false, sg_content_type: 'html' } };
    after += random.integer(5, 600);
  } while (random.chance(0.2));
  while (random.chance(0.2)) {
    const url_offset = { index: random.integer(0, 3), type: random.chance(0.9) ? 'html' : 'text' };
    yield { type: 'click', after, fields: { ...reader, url: random.pick(words.links), url_offset } };
    after += random.integer(5, 600);
  }
  if (random.chance(0.01)) yield { type: 'spamreport', after, fields: {} };
  if (random.chance(0.02)) yield { type: 'unsubscribe', after, fields: {} };
  if (random.chance(0.02)) yield { type: 'group_unsubscribe', after, fields: { ...reader, asm_group_id: 12 } };
  if (random.chance(0.005))
    yield { type: 'group_resubscribe', after: after + 60, fields: { ...reader, asm_group_id: 12 } };
}
