import type { AnalyticsContract } from '@kelp/contract-analytics';
import type { Event } from '@kelp/contract-event';
import { type Client, type ItemSender, itemSender } from '@kelp/rpc';
import type { Logger } from '@kelp/telemetry';

/**
 * So many events make a frame: with every field as long as it may be they are still less than a server takes at once,
 * 4 MiB, so no sender's long arguments can bring the stream to a halt.
 */
export const FRAME_EVENTS = 60;

/** A stream of events into the event store. While that is away, events wait in it, up to its window. */
export const eventSender = (analytics: Client<typeof AnalyticsContract>, log: Logger): ItemSender<Event> =>
  itemSender<Event>({
    open: (requests, options) => analytics.appendEvents(requests, options),
    frameItems: FRAME_EVENTS,
    onReconnect: (error) => log.warn({ code: error.code, reason: error.reason }, `The event store: ${error.message}`),
  });
