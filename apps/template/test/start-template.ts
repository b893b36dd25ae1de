import { TemplateContract } from '@kelp/contract-template';
import { type Client, client, connect, serve } from '@kelp/rpc';
import { logger } from '@kelp/telemetry';
import { tlsOf } from '@kelp/testing';
import { AppModule } from '../src/app.module.js';

/** The service on a free port, and what calls it. */
export interface RunningTemplate {
  readonly client: Client<typeof TemplateContract>;
  /** Ends the client and the service. */
  close(): Promise<void>;
}

const log = logger('template', 'fatal');

/** Starts the whole service on a database, with mutual TLS. */
export async function startTemplate(url: string): Promise<RunningTemplate> {
  const config = { database: { url, connectionsMax: 8 }, renderCacheMiB: 16 };
  const running = await serve(AppModule.with(config, log), {
    service: 'template',
    address: '127.0.0.1:0',
    tls: await tlsOf('template'),
    callers: ['ingest'],
    log,
  });
  const channel = connect({ target: running.address, service: 'template', tls: await tlsOf('ingest') });
  return {
    client: client(TemplateContract, channel),
    close: async () => {
      channel.close();
      await running.close();
    },
  };
}
