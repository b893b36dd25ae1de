import { AccessContract, AccountContract, ApiKeyContract, DirectoryContract } from '@kelp/contract-account';
import { type Channel, type Client, client, connect, serve } from '@kelp/rpc';
import { logger } from '@kelp/telemetry';
import { tlsOf } from '@kelp/testing';
import { AppModule } from '../src/app.module.js';

export type Accounts = Client<typeof AccountContract>;
export type Directory = Client<typeof DirectoryContract>;
export type Keys = Client<typeof ApiKeyContract>;

/** The service on a free port, and what calls it. */
export interface RunningAccount {
  readonly client: Accounts;
  readonly directory: Directory;
  readonly keys: Keys;
  readonly access: Client<typeof AccessContract>;
  readonly channel: Channel;
  /** Ends the client and the service. */
  close(): Promise<void>;
}

const log = logger('account', 'fatal');

/** What secrets are encrypted with. */
const secretKeys = [{ id: 'test', key: Buffer.alloc(32, 7) }];

/** The service's module on a database. */
export const accountOn = (url: string) =>
  AppModule.with({ database: { url, connectionsMax: 8 }, deletedConnectionsDays: 7, secretKeys }, log);

/** Starts the whole service on a database, with mutual TLS. */
export async function startAccount(url: string): Promise<RunningAccount> {
  const { module, guard } = accountOn(url);
  const running = await serve(module, {
    ...(guard && { guard }),
    service: 'account',
    address: '127.0.0.1:0',
    tls: await tlsOf('account'),
    callers: ['ingest'],
    log,
  });
  const channel = connect({ target: running.address, service: 'account', tls: await tlsOf('ingest') });
  return {
    client: client(AccountContract, channel),
    directory: client(DirectoryContract, channel),
    keys: client(ApiKeyContract, channel),
    access: client(AccessContract, channel),
    channel,
    close: async () => {
      channel.close();
      await running.close();
    },
  };
}
