import { Event } from '@kelp/contract-event';
import { type SendgridEvent, sendgridEvent } from '@kelp/webhook-samples';
import { makeConnection } from '../../test/make-connection.js';
import { EventBuilder } from '../event/canonical-event.js';
import { knownConnection } from '../filter/known-connection.js';
import type { EventDetails, ReportedEvent } from '../providers/provider.js';
import { readElement } from '../providers/sendgrid/element.js';
import { FRAME_EVENTS } from './event-sender.js';

const GRPC_MESSAGE_BYTES_MAX = 4 * 1024 * 1024;

it('makes frames that a server takes, however much senders say in each event', () => {
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
  expect(Event.encode(built).finish().length * FRAME_EVENTS).toBeLessThan(GRPC_MESSAGE_BYTES_MAX);
});
