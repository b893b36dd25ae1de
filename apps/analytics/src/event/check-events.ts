import type { AppendEventsRequest } from '@kelp/contract-analytics';
import { checkEvent, type Event } from '@kelp/contract-event';
import type { FieldViolation } from '@kelp/status';
import { invalidEvents } from './event.errors.js';
import { AHEAD_MAX_MS, EARLIEST_MS, idTimeMs } from './event-time.js';

const INT2_MAX = 32_767;
const INT4_MAX = 2_147_483_647;

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
 * What keeps events out of the store: what breaks the contract's limits, an id of another time than the event's, times
 * that cannot be, and numbers that no column holds.
 * @param nowMs the clock that future times are told by
 * @returns a violation for each wrong field, by the event's place in the frame; empty where all is well
 */
export function violationsOf(events: readonly Event[], nowMs: number): FieldViolation[] {
  const violations: FieldViolation[] = [];
  for (let index = 0; index < events.length; index += 1) {
    const event = events[index]!;
    let ofEvent = checkEvent(event);
    // The rules beyond the contract's read identifiers, which must be some.
    if (ofEvent.length === 0 && !isStorable(event, nowMs)) ofEvent = explain(event, nowMs);
    for (const { field, description } of ofEvent) {
      violations.push({ field: `items.items[${index}].${field}`, description });
    }
  }
  return violations;
}

const isPlausible = (us: bigint, nowMs: number): boolean => {
  const ms = timeMs(us);
  return ms >= EARLIEST_MS && ms <= nowMs + AHEAD_MAX_MS;
};
const isNumber = (value: number, min: number, max: number) => value >= min && value <= max;
const timeMs = (us: bigint) => Math.floor(Number(us) / 1000);

/** The same rules as `explain`, without making anything: nearly every event passes. */
const isStorable = (event: Event, nowMs: number): boolean =>
  idTimeMs(event.eventId) === timeMs(event.occurredAtUs) &&
  isPlausible(event.occurredAtUs, nowMs) &&
  isPlausible(event.receivedAtUs, nowMs) &&
  isNumber(event.type, 1, INT2_MAX) &&
  isNumber(event.provider, 1, INT2_MAX) &&
  isNumber(event.machineGenerated, 0, INT2_MAX) &&
  event.templateVersion <= INT4_MAX &&
  event.linkIndex <= INT4_MAX;

function explain(event: Event, nowMs: number): FieldViolation[] {
  const violations: FieldViolation[] = [];
  const must = (holds: boolean, field: string, description: string) => {
    if (!holds) violations.push({ field, description });
  };
  const number = (value: number, field: string, min: number, max: number) =>
    must(isNumber(value, min, max), field, `Must be from ${min} to ${max}, and is ${value}.`);
  const time = (us: bigint, field: string) =>
    must(isPlausible(us, nowMs), field, 'Must be from the year 2000 to two days from now.');

  const timesAgree = idTimeMs(event.eventId) === timeMs(event.occurredAtUs);
  must(timesAgree, 'event_id', 'Must begin with the milliseconds of occurred_at_us.');
  time(event.occurredAtUs, 'occurred_at_us');
  time(event.receivedAtUs, 'received_at_us');
  number(event.type, 'type', 1, INT2_MAX);
  number(event.provider, 'provider', 1, INT2_MAX);
  number(event.machineGenerated, 'machine_generated', 0, INT2_MAX);
  number(event.templateVersion, 'template_version', 0, INT4_MAX);
  number(event.linkIndex, 'link_index', 0, INT4_MAX);
  return violations;
}
