import { EventType } from '@kelp/contract-event';
import type { SampleTruth } from '../expected.js';
import { Random } from '../random.js';
import { type SendgridEvent, type SendgridType, sendgridBody } from './event.js';
import { type Mail, mail, type SampleTemplate } from './mail.js';
import { type Step, story } from './story.js';

export interface TrafficOptions {
  /** Equal seeds make equal traffic. */
  seed: number;
  /** Makes identifiers unlike those of other runs, such as a UUID: events of two runs never count as repeats. */
  runId: string;
  /** How many events to make. */
  events: number;
  /** What mail is sent from, as far as it is not noise. */
  templates: readonly SampleTemplate[];
  /** The share of all mail that is sent from `templates`: 0.07, which leaves about 5 % once types are filtered, too. */
  templateShare?: number;
  /** How many events a request holds: 20 to 400. */
  batchSize?: { min: number; max: number };
  /** When the latest mail was sent: now. Nothing happens later. */
  end?: Date;
  /** Over how many seconds before `end` the mail was sent: an hour. */
  spanSeconds?: number;
}

/** One event, and the truth about it. */
export interface Sample extends SampleTruth {
  readonly event: SendgridEvent;
}

/** One request. */
export interface SampleBatch {
  /** The raw body, to be signed with `signSendgrid`. */
  readonly body: Buffer;
  readonly samples: readonly Sample[];
}

/** What each of SendGrid's types means, written down once more, so that the tests do not ask the code they test. */
export const sendgridMeanings: Readonly<Record<SendgridType, EventType>> = {
  processed: EventType.ACCEPTED,
  deferred: EventType.DEFERRED,
  delivered: EventType.DELIVERED,
  bounce: EventType.BOUNCED,
  dropped: EventType.REJECTED,
  open: EventType.OPENED,
  click: EventType.CLICKED,
  spamreport: EventType.COMPLAINED,
  unsubscribe: EventType.UNSUBSCRIBED,
  group_unsubscribe: EventType.UNSUBSCRIBED,
  group_resubscribe: EventType.RESUBSCRIBED,
  account_status_change: EventType.UNKNOWN,
};

/** Mails whose events are mixed with each other, as those of one half minute are. */
const MAILS_AT_A_TIME = 100;

/**
 * Realistic traffic of one SendGrid account over which several systems send mail: Kelp's templates a small part of it.
 *
 *     for (const { body, samples } of sendgridTraffic({ seed: 1, runId: randomUUID(), events: 20_000, templates })) {
 *       await fetch(url, { method: 'POST', body, headers: signSendgrid(key, body) });
 *     }
 */
export function* sendgridTraffic(options: TrafficOptions): Generator<SampleBatch> {
  const { seed, events, batchSize: { min, max } = { min: 20, max: 400 } } = options;
  const sizes = new Random(seed ^ 0x5eed);
  let samples: Sample[] = [];
  let left = events;
  let size = sizes.integer(min, max);
  for (const sample of mixed(options)) {
    if (left-- <= 0) break;
    samples.push(sample);
    if (samples.length < size && left > 0) continue;
    yield { body: sendgridBody(samples.map(({ event }) => event)), samples };
    samples = [];
    size = sizes.integer(min, max);
  }
}

/** Endless samples, in about the order in which they happen. */
function* mixed({
  seed,
  runId,
  templates,
  templateShare = 0.07,
  end = new Date(),
  spanSeconds = 3600,
}: TrafficOptions) {
  const random = new Random(seed);
  const endSeconds = Math.floor(end.getTime() / 1000);
  for (let count = 0; ; ) {
    const samples: Sample[] = [];
    for (let index = 0; index < MAILS_AT_A_TIME; index++, count++) {
      const fromTemplate = templates.length > 0 && random.chance(templateShare);
      const written = mail(random, `${runId} ${seed} ${count}`, fromTemplate ? random.pick(templates) : undefined);
      const sentAt = endSeconds - random.integer(0, spanSeconds);
      let step = 0;
      for (const told of story(random)) samples.push(sampleOf(written, told, step++, sentAt, endSeconds));
    }
    yield* random.shuffle(samples);
  }
}

function sampleOf(written: Mail, { type, after, fields }: Step, step: number, sentAt: number, end: number): Sample {
  const event: SendgridEvent = {
    email: written.email,
    timestamp: Math.min(sentAt + after, end),
    event: type,
    sg_event_id: Buffer.from(`${type}-${step}-${written.id}`).toString('base64url'),
    ...written.fields,
    ...fields,
  };
  const { template, version } = written;
  return { event, type: sendgridMeanings[type], ...(template !== undefined && { template, version }) };
}
