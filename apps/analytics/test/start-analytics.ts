import { AnalyticsContract } from '@kelp/contract-analytics';
import type { Event } from '@kelp/contract-event';
import { type Channel, type Client, client, connect, type ItemSender, itemSender, serve } from '@kelp/rpc';
import { logger } from '@kelp/telemetry';
import { tlsOf } from '@kelp/testing';
import { AppModule } from '../src/app.module.js';

/** The service on a free port, and what calls it. */
export interface Analytics {
  readonly client: Client<typeof AnalyticsContract>;
  /** Another stream that events go in through. */
  sender(): ItemSender<Event>;
  /** A client with a connection of its own. */
  another(): Promise<Client<typeof AnalyticsContract>>;
  /** Ends senders, the clients and the service. */
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
  const channels: Channel[] = [];
  const another = async () => {
    const channel = connect({ target: running.address, service: 'analytics', tls: await tlsOf('ingest') });
    channels.push(channel);
    return client(AnalyticsContract, channel);
  };
  const analytics = await another();
  const senders: ItemSender<Event>[] = [];
  return {
    client: analytics,
    another,
    sender: () => {
      const sender = itemSender<Event>({ open: (requests, options) => analytics.appendEvents(requests, options) });
      senders.push(sender);
      return sender;
    },
    close: async () => {
      await Promise.all(senders.map((sender) => sender.close(0)));
      for (const channel of channels) channel.close();
      await running.close();
    },
  };
}
