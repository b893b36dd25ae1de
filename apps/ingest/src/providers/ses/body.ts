import { DeadLetterKind } from '@kelp/contract-ingest';
import type { Parsed, ReportedEvent, UnreadableElement } from '../provider.js';
import { isObject, parseJson } from '../reading/parse-json.js';
import { unreadable } from '../reading/reported-event.js';
import { envelopeOf } from './envelope.js';
import { readEvents } from './events.js';

/** With which SNS tries a new topic out: a text instead of an event. */
const TRIAL = /^Successfully validated SNS topic/;

/** Takes a body apart: an envelope, and in it the event as a text. */
export function parseBody(body: Buffer): Parsed {
  const envelope = envelopeOf(body);
  if (!envelope) return { valid: false, message: 'The body is no envelope of Amazon SNS.' };
  const { Type, Message, MessageId } = envelope;
  const raw = () => body;
  switch (Type) {
    case 'SubscriptionConfirmation':
      return { valid: true, elements: [] };
    case 'UnsubscribeConfirmation':
      return { valid: true, elements: [ended(raw)] };
    case 'Notification':
      return { valid: true, elements: elementsIn(Message, MessageId, raw) };
  }
}

function elementsIn(message: string, id: string, raw: () => Buffer): Iterable<ReportedEvent | UnreadableElement> {
  if (TRIAL.test(message)) return [];
  const event = parseJson(message);
  return isObject(event) ? readEvents(event, id, raw) : [unreadable('The message is no event of Amazon SES.', raw)];
}

/** Nobody at Kelp asks for that: from here on nothing comes, and somebody should know. */
const ended = (raw: () => Buffer): UnreadableElement => ({
  kind: DeadLetterKind.UNKNOWN_TYPE,
  problem: 'The subscription was ended: the topic sends nothing any more.',
  raw,
});
