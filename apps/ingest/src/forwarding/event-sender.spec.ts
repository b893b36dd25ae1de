import { Event } from '@kelp/contract-event';
import { type SendgridEvent, sendgridEvent } from '@kelp/webhook-samples';
import { makeConnection } from '../../test/make-connection.js';
import { EventBuilder } from '../event/canonical-event.js';
import { knownConnection } from '../filter/known-connection.js';
import type { EventDetails, ReportedEvent } from '../providers/provider.js';
import { readElement } from '../providers/sendgrid/element.js';
import { bytesAtMost } from './event-sender.js';

it('never takes an event for smaller than it is, however much senders say in it', () => {
  const long = '\u20ac'.repeat(100_000);
  const args = Object.fromEntries(Array.from({ length: 80 }, (_, index) => [`${index}${long}`, long]));
  const kelp = { kelp_locale: long, kelp_variant: long, kelp_campaign: long };
  const said: Partial<SendgridEvent> = {
    ...args,
    ...kelp,
    email: `a@${long}`,
    useragent: long,
    url: long,
    sg_message_id: long,
  };
  const event = sendgridEvent('click', {
    ...said,
    category: Array.from({ length: 40 }, () => long),
    sg_event_id: long,
  });
  const details = (readElement(event) as ReportedEvent).read() as EventDetails;
  const largest = { ...details, diagnostic: long.slice(0, 1024), subType: long.slice(0, 256) };
  const built = new EventBuilder(Buffer.alloc(32)).build(largest, knownConnection(makeConnection())!, Date.now());
  for (const some of [built, { ...built, metadata: {}, tags: [] }, Event.fromPartial({})]) {
    expect(bytesAtMost(some)).toBeGreaterThanOrEqual(Event.encode(some).finish().length);
  }
});
