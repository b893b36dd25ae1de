import type { AnalyticsContract } from '@kelp/contract-analytics';
import type { Event } from '@kelp/contract-event';
import { type Client, type ItemSender, itemSender } from '@kelp/rpc';
import type { Logger } from '@kelp/telemetry';

/** What identifiers, times and field tags take. */
const FIXED_BYTES = 300;
/** A character of JavaScript takes at most three bytes of UTF-8; a field of a list or map a few more. */
const CHARACTER_BYTES = 3;
const ENTRY_BYTES = 12;

/** How many bytes an event takes on the wire at the most, without encoding it. */
export function bytesAtMost(event: Event): number {
  let characters =
    event.subType.length +
    event.providerEventId.length +
    event.providerMessageId.length +
    event.recipientDomain.length +
    event.locale.length +
    event.variant.length +
    event.campaign.length +
    event.url.length +
    event.userAgent.length +
    event.ipCountry.length +
    event.enhancedStatus.length +
    event.diagnostic.length;
  let entries = event.tags.length;
  for (const tag of event.tags) characters += tag.length;
  for (const [key, value] of Object.entries(event.metadata)) {
    entries++;
    characters += key.length + value.length;
  }
  return FIXED_BYTES + CHARACTER_BYTES * characters + ENTRY_BYTES * entries;
}

/** A stream of events into the event store. While that is away, events wait in it, up to its window. */
export const eventSender = (analytics: Client<typeof AnalyticsContract>, log: Logger): ItemSender<Event> =>
  itemSender<Event>({
    open: (requests, options) => analytics.appendEvents(requests, options),
    // So no sender's long arguments can make a frame that the event store refuses.
    sizeOf: bytesAtMost,
    onReconnect: (error) => log.warn({ code: error.code, reason: error.reason }, `The event store: ${error.message}`),
  });
