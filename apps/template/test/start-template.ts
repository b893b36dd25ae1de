import { ReviewContract, TemplateContract } from '@kelp/contract-template';
import { type Client, client, connect, serve } from '@kelp/rpc';
import { logger } from '@kelp/telemetry';
import { tlsOf } from '@kelp/testing';
import { AppModule } from '../src/app.module.js';

/** The service on a free port, and what calls it. */
export interface RunningTemplate {
  readonly client: Client<typeof TemplateContract>;
  readonly reviews: Client<typeof ReviewContract>;
  /** Ends the client and the service. */
  close(): Promise<void>;
}

const log = logger('template', 'fatal');

/** The service's module, on a database. */
export const templateOn = (url: string) =>
  AppModule.with({ database: { url, connectionsMax: 8 }, renderCacheMiB: 16 }, log);

/** Starts the whole service on a database, with mutual TLS. */
export async function startTemplate(url: string): Promise<RunningTemplate> {
  const running = await serve(templateOn(url), {
    service: 'template',
    address: '127.0.0.1:0',
    tls: await tlsOf('template'),
    callers: ['ingest'],
    log,
  });
  const channel = connect({ target: running.address, service: 'template', tls: await tlsOf('ingest') });
  return {
    client: client(TemplateContract, channel),
    reviews: client(ReviewContract, channel),
    close: async () => {
      channel.close();
      await running.close();
    },
  };
}
