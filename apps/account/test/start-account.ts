import { createHash } from 'node:crypto';
import {
  AccessContract,
  AccountContract,
  ApiKeyContract,
  DirectoryContract,
  KeyringContract,
  SignInContract,
  SsoContract,
} from '@kelp/contract-account';
import { type Channel, type Client, client, connect, serve } from '@kelp/rpc';
import { logger } from '@kelp/telemetry';
import { tlsOf } from '@kelp/testing';
import type { DynamicModule, ValueProvider } from '@nestjs/common';
import { AppModule } from '../src/app.module.js';
import type { SecretKey } from '../src/secrets/secret-box.js';
import { SessionService } from '../src/sign-in/session.service.js';

export type Accounts = Client<typeof AccountContract>;
export type Directory = Client<typeof DirectoryContract>;
export type Keys = Client<typeof ApiKeyContract>;
export type SignIns = Client<typeof SignInContract>;

/** The service on a free port, and what calls it. */
export interface RunningAccount {
  readonly client: Accounts;
  readonly directory: Directory;
  readonly keys: Keys;
  readonly access: Client<typeof AccessContract>;
  readonly keyring: Client<typeof KeyringContract>;
  readonly signIn: SignIns;
  readonly sso: Client<typeof SsoContract>;
  readonly channel: Channel;
  /** Forgets what has ended, as the service does every few minutes. */
  purge(): Promise<void>;
  /** Ends the client and the service. */
  close(): Promise<void>;
}

const log = logger('account', 'fatal');

/** A key that secrets are encrypted with. */
export const secretKey = (id: string): SecretKey => ({ id, key: createHash('sha256').update(id).digest() });

/** The service's module on a database. */
export const accountOn = (url: string, secretKeys: readonly SecretKey[] = [secretKey('test')], sso: Sso = noSso) =>
  AppModule.with({ database: { url, connectionsMax: 8 }, deletedConnectionsDays: 7, secretKeys, sso }, log);

type Sso = Parameters<typeof AppModule.with>[0]['sso'];
export const callbackUrl = 'https://kelp.example/sso/callback';
const noSso: Sso = { callbackUrl, privateNetworks: false, dnsServers: [] };

/** What the module provides for a class. */
function providerOf<T>({ providers = [] }: DynamicModule, type: abstract new (...given: never[]) => T): T {
  const found = providers.find((one) => 'provide' in one && one.provide === type);
  return (found as ValueProvider<T>).useValue;
}

/** Starts the whole service on a database, with mutual TLS. */
export async function startAccount(url: string, secretKeys?: readonly SecretKey[], sso?: Sso): Promise<RunningAccount> {
  const { module, guard } = accountOn(url, secretKeys, sso);
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
    keyring: client(KeyringContract, channel),
    signIn: client(SignInContract, channel),
    sso: client(SsoContract, channel),
    channel,
    purge: () => providerOf(module, SessionService).purge(),
    close: async () => {
      channel.close();
      await running.close();
    },
  };
}
