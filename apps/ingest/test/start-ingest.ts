import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IngestContract } from '@kelp/contract-ingest';
import { client, connect, serve } from '@kelp/rpc';
import { logger } from '@kelp/telemetry';
import { type FreshDatabase, freshDatabase, tlsOf } from '@kelp/testing';
import { AppModule } from '../src/app.module.js';
import type { Role } from '../src/config.js';
import type { Outside } from '../src/providers/provider.js';
import { HttpEdge } from '../src/webhook/http-edge.js';
import { type WebhookLimits, webhookLimits } from '../src/webhook/limits.js';

/** Where nothing listens. */
export const NOWHERE = '127.0.0.1:1';

export interface IngestOptions {
  readonly database: FreshDatabase;
  readonly stateFolder: string;
  readonly account?: string;
  readonly template?: string;
  readonly analytics?: string;
  readonly roles?: readonly Role[];
  readonly queueUrl?: string;
  readonly httpAddress?: string;
  readonly limits?: Partial<WebhookLimits>;
  readonly trustedProxies?: number;
  readonly outside?: Outside;
  readonly drainDelayMs?: number;
}

/** What outlives an ingest that is started again: its database, and its folder. */
export async function makeGround() {
  const database = await freshDatabase('ingest');
  const stateFolder = await mkdtemp(join(tmpdir(), 'kelp-ingest-'));
  const clear = async () => {
    await database.drop();
    await rm(stateFolder, { recursive: true, force: true });
  };
  return { database, stateFolder, clear };
}

const log = logger('ingest', process.env.TEST_LOG_LEVEL ?? 'silent');

/** The service's module; its webhooks arrive at a free port. */
export async function ingestOn({ database, stateFolder, ...options }: IngestOptions, draining?: AbortSignal) {
  const { account = NOWHERE, template = NOWHERE, analytics = NOWHERE, limits } = options;
  return AppModule.with(
    {
      tls: await tlsOf('ingest'),
      stateFolder,
      database: { url: database.url, connectionsMax: 3 },
      httpAddress: options.httpAddress ?? '127.0.0.1:0',
      queue: { url: options.queueUrl ?? '', replicas: 1 },
      recipientHashKey: Buffer.alloc(32, 7),
      roles: options.roles ?? ['edge', 'forwarder'],
      services: { account, template, analytics },
      trustedProxies: options.trustedProxies ?? 0,
    },
    log,
    {
      limits: { ...webhookLimits, drainMs: 2_000, ...limits },
      ...(draining && { draining }),
      ...(options.outside && { outside: options.outside }),
    },
  );
}

/** The whole service, on free ports. */
export async function startIngest(options: IngestOptions) {
  const draining = new AbortController();
  const module = await ingestOn(options, draining.signal);
  const running = await serve(module, {
    service: 'ingest',
    address: '127.0.0.1:0',
    tls: await tlsOf('ingest'),
    callers: ['developer'],
    log,
    drainDelayMs: options.drainDelayMs ?? 0,
    onDrain: () => draining.abort(),
  });
  const channel = connect({ target: running.address, service: 'ingest', tls: await tlsOf('developer') });
  const edge = (module.providers ?? [])
    .map((provider) => ('useValue' in provider ? provider.useValue : undefined))
    .find((part) => part instanceof HttpEdge);
  return {
    /** The webhook server's address, `host:port`; empty without the role `edge`. */
    http: edge?.address ?? '',
    ingest: client(IngestContract, channel),
    stop: async () => {
      channel.close();
      await running.close();
    },
  };
}
