/* eslint-disable @nx/enforce-module-boundaries -- the edge as it ships, but without its queue, and without signatures where
   the others verify none: no setting of the service gives that, nor should one */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AccountContract, ConnectionChanges } from '@kelp/contract-account';
import { Provider } from '@kelp/contract-event';
import { TemplateChanges, type TemplateContract } from '@kelp/contract-template';
import type { DeadLetterRepository } from '@kelp/ingest/src/dead-letter/dead-letter.repository.js';
import { EventBuilder } from '@kelp/ingest/src/event/canonical-event.js';
import { FilterData } from '@kelp/ingest/src/filter/filter-data.js';
import { StateFile } from '@kelp/ingest/src/filter/state-file.js';
import type { Outside } from '@kelp/ingest/src/providers/provider.js';
import { Report } from '@kelp/ingest/src/report/report.js';
import { EventPublisher } from '@kelp/ingest/src/webhook/event-publisher.js';
import { HttpEdge } from '@kelp/ingest/src/webhook/http-edge.js';
import { Intake } from '@kelp/ingest/src/webhook/intake.js';
import { webhookLimits } from '@kelp/ingest/src/webhook/limits.js';
import { WebhookRoute } from '@kelp/ingest/src/webhook/webhook-route.js';
import type { Queue } from '@kelp/queue';
import type { Client } from '@kelp/rpc';
import { logger } from '@kelp/telemetry';
import type { IngestPeer } from '../peer.js';
import type { Task } from '../work.js';

/** The edge of `ingest`: everything from the socket to the queue, which drops what it gets. */
export const kelpPeer: IngestPeer = async (task) => {
  const filter = await filterOf(task);
  const report = new Report();
  const queue = { publish: async () => undefined } as unknown as Queue;
  const nothingDead = { put: async () => undefined } as unknown as DeadLetterRepository;
  const nothingOutside = {} as Outside;
  const intake = new Intake(
    filter,
    new EventBuilder(Buffer.alloc(32)),
    new EventPublisher(queue),
    nothingDead,
    report,
    nothingOutside,
  );
  const route = new WebhookRoute(filter, intake, report, webhookLimits, 0);
  const edge = new HttpEdge(
    route,
    report,
    webhookLimits,
    '127.0.0.1:0',
    new AbortController().signal,
    logger('ingest', 'silent'),
  );
  await edge.onApplicationBootstrap();
  const counter = createServer((_, response) => {
    const { eventsReceived, eventsKept } = report.read();
    response.end(JSON.stringify({ received: Number(eventsReceived), kept: Number(eventsKept) }));
  }).listen(0, '127.0.0.1');
  await once(counter, 'listening');
  return { port: Number(edge.address.split(':')[1]), counterPort: (counter.address() as AddressInfo).port };
};

/** What the filter knows after a restart: it comes from disk, while nobody answers its watch streams. */
async function filterOf({ organization, connection, publicKey, accepted, templates }: Task): Promise<FilterData> {
  const folder = await mkdtemp(join(tmpdir(), 'kelp-bench-'));
  const name = `organizations/${organization}/connections/${connection}`;
  const known = {
    name,
    provider: Provider.SENDGRID,
    verificationKeys: [publicKey],
    filter: { acceptedTypes: accepted.map(({ type }) => type), knownTemplatesOnly: true },
  };
  const connections = ConnectionChanges.fromPartial({ items: [{ name, connection: known }], synced: true });
  const published = TemplateChanges.fromPartial({
    items: templates.map((id) => ({ name: `organizations/${organization}/templates/${id}`, publishedVersion: 1 })),
    synced: true,
  });
  await new StateFile(join(folder, 'connections.bin')).write(ConnectionChanges.encode(connections).finish());
  await new StateFile(join(folder, 'templates.bin')).write(TemplateChanges.encode(published).finish());
  const silent = async function* () {
    await new Promise(() => undefined);
    yield undefined;
  };
  const accounts = { watchConnections: silent } as unknown as Client<typeof AccountContract>;
  const filter = new FilterData(
    accounts,
    { watchTemplates: silent } as unknown as Client<typeof TemplateContract>,
    folder,
    logger('ingest', 'silent'),
  );
  await filter.onModuleInit();
  await rm(folder, { recursive: true });
  const kept = filter.connection(connection);
  if (!kept || !filter.ready) throw new Error('The filter has not taken what it should know.');
  if (publicKey === '') Object.assign(kept, { verify: () => ({ valid: true }) });
  return filter;
}
