import type { AppendEventsRequest } from '@kelp/contract-analytics';
import type { Event } from '@kelp/contract-event';
import type { FieldViolation } from '@kelp/status';
import { invalidEvents } from './event.errors.js';
import { AHEAD_MAX_MS, EARLIEST_MS, idTimeMs } from './event-time.js';

const INT2_MAX = 32_767;
const INT4_MAX = 2_147_483_647;
const ID_BYTES = 16;

/**
 * The frames of a stream, each checked before anything of it is stored.
 * @throws INVALID_EVENT
 */
export async function* checkFrames(frames: AsyncIterable<AppendEventsRequest>): AsyncGenerator<AppendEventsRequest> {
  for await (const request of frames) {
    if (request.frame?.$case === 'items') {
      const violations = violationsOf(request.frame.value.items, Date.now());
      if (violations.length > 0) throw invalidEvents(violations);
    }
    yield request;
  }
}

/**
 * What keeps events out of the store: identifiers that are none, times that cannot be, an id of another time than the
 * event's, and numbers that no column holds.
 * @param nowMs the clock that future times are told by
 * @returns a violation for each wrong field, by the event's place in the frame; empty where all is well
 */
export function violationsOf(events: readonly Event[], nowMs: number): FieldViolation[] {
  const violations: FieldViolation[] = [];
  const latestMs = nowMs + AHEAD_MAX_MS;
  for (let index = 0; index < events.length; index += 1) {
    const event = events[index]!;
    if (!isStorable(event, latestMs)) violations.push(...explain(event, index, latestMs));
  }
  return violations;
}

const isPlausible = (ms: number, latestMs: number) => ms >= EARLIEST_MS && ms <= latestMs;
const isNumber = (value: number, min: number, max: number) => value >= min && value <= max;
const timeMs = (us: bigint) => Math.floor(Number(us) / 1000);

/** The same rules as `explain`, without making anything: nearly every event passes. */
const isStorable = (event: Event, latestMs: number): boolean =>
  event.eventId.length === ID_BYTES &&
  event.organizationId.length === ID_BYTES &&
  event.connectionId.length === ID_BYTES &&
  event.messageId.length === ID_BYTES &&
  event.recipientHash.length === ID_BYTES &&
  (event.templateId.length === ID_BYTES || event.templateId.length === 0) &&
  idTimeMs(event.eventId) === timeMs(event.occurredAtUs) &&
  isPlausible(timeMs(event.occurredAtUs), latestMs) &&
  isPlausible(timeMs(event.receivedAtUs), latestMs) &&
  isNumber(event.type, 1, INT2_MAX) &&
  isNumber(event.provider, 1, INT2_MAX) &&
  isNumber(event.machineGenerated, 0, INT2_MAX) &&
  event.templateVersion <= INT4_MAX &&
  event.linkIndex <= INT4_MAX &&
  event.smtpCode <= INT4_MAX;

function explain(event: Event, index: number, latestMs: number): FieldViolation[] {
  const violations: FieldViolation[] = [];
  const must = (holds: boolean, field: string, description: string) => {
    if (!holds) violations.push({ field: `items.items[${index}].${field}`, description });
  };
  const id = (bytes: Buffer, field: string) =>
    must(bytes.length === ID_BYTES, field, `Must have 16 bytes, and has ${bytes.length}.`);
  const number = (value: number, field: string, min: number, max: number) =>
    must(isNumber(value, min, max), field, `Must be from ${min} to ${max}, and is ${value}.`);
  const time = (us: bigint, field: string) =>
    must(isPlausible(timeMs(us), latestMs), field, 'Must be from the year 2000 to two days from now.');

  id(event.eventId, 'event_id');
  id(event.organizationId, 'organization_id');
  id(event.connectionId, 'connection_id');
  id(event.messageId, 'message_id');
  id(event.recipientHash, 'recipient_hash');
  if (event.templateId.length > 0) id(event.templateId, 'template_id');
  const timesAgree = event.eventId.length !== ID_BYTES || idTimeMs(event.eventId) === timeMs(event.occurredAtUs);
  must(timesAgree, 'event_id', 'Must begin with the milliseconds of occurred_at_us.');
  time(event.occurredAtUs, 'occurred_at_us');
  time(event.receivedAtUs, 'received_at_us');
  number(event.type, 'type', 1, INT2_MAX);
  number(event.provider, 'provider', 1, INT2_MAX);
  number(event.machineGenerated, 'machine_generated', 0, INT2_MAX);
  number(event.templateVersion, 'template_version', 0, INT4_MAX);
  number(event.linkIndex, 'link_index', 0, INT4_MAX);
  number(event.smtpCode, 'smtp_code', 0, INT4_MAX);
  return violations;
}
