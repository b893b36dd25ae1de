import { AnalyticsContract } from '@kelp/contract-analytics';
import type { Event } from '@kelp/contract-event';
import { type Client, client, connect, type ItemSender, itemSender, serve } from '@kelp/rpc';
import { logger } from '@kelp/telemetry';
import { tlsOf } from '@kelp/testing';
import { AppModule } from '../src/app.module.js';

/** The service on a free port, and what calls it. */
export interface Analytics {
  readonly client: Client<typeof AnalyticsContract>;
  /** Another stream that events go in through. */
  sender(): ItemSender<Event>;
  /** Ends senders, the client and the service. */
  close(): Promise<void>;
}

const log = logger('analytics', 'fatal');

/** Starts the whole service on a database, with mutual TLS. */
export async function startAnalytics(url: string): Promise<Analytics> {
  const running = await serve(AppModule.with({ database: { url, connectionsMax: 8 } }, log), {
    service: 'analytics',
    address: '127.0.0.1:0',
    tls: await tlsOf('analytics'),
    callers: ['ingest'],
    log,
  });
  const channel = connect({ target: running.address, service: 'analytics', tls: await tlsOf('ingest') });
  const analytics = client(AnalyticsContract, channel);
  const senders: ItemSender<Event>[] = [];
  return {
    client: analytics,
    sender: () => {
      const sender = itemSender<Event>({ open: (requests, options) => analytics.appendEvents(requests, options) });
      senders.push(sender);
      return sender;
    },
    close: async () => {
      await Promise.all(senders.map((sender) => sender.close(0)));
      channel.close();
      await running.close();
    },
  };
}
