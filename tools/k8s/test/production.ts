import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Channel, connect } from '@kelp/rpc';
import { ensureCertificates, type FreshDatabase, freshDatabase, Link, type TlsFiles, tlsFilesIn } from '@kelp/testing';
import { Cluster } from '../src/cluster.js';
import { Gateway } from '../src/gateway.js';
import type { Podman } from '../src/podman.js';
import { ofKind, render } from '../src/render.js';
import { calls, operators } from '../src/tools.js';

export const services = Object.keys(calls);
/** Has a certificate of the same authority, and is on nobody's list. */
export const STRANGER = 'stranger';

/**
 * The rendered production, on empty databases of this machine.
 * @param podman in which containers run; as processes where absent
 */
export async function production(podman?: Podman) {
  const objects = render('overlays/production');
  const folder = mkdtempSync(join(tmpdir(), 'kelp-pods-'));
  const certificates = join(folder, 'certificates');
  await ensureCertificates(certificates, [...services, ...operators, STRANGER]);
  const databases = new Map<string, FreshDatabase>();
  for (const service of services) {
    databases.set(`${service}-database-app`, await freshDatabase());
    const secret = join(folder, `${service}-tls`);
    mkdirSync(secret);
    const { ca, certificate, key } = tlsFilesIn(certificates, service);
    for (const [name, from] of Object.entries({ 'ca.crt': ca, 'tls.crt': certificate, 'tls.key': key })) {
      copyFileSync(from, join(secret, name));
      chmodSync(join(secret, name), 0o644); // as fsGroup makes it
    }
  }
  const keys: Readonly<Record<string, string>> = {
    'account-secret-keys': `first:${'cd'.repeat(32)}`,
    'ingest-recipient-hash': 'ab'.repeat(32),
  };
  const cluster = new Cluster(objects, {
    secret: (name) => databases.get(name)?.url ?? keys[name]!,
    secretFolder: (name) => join(folder, name),
    folder,
    names: join(folder, 'names.json'),
    instead: { QUEUE_URL: '', OTEL_EXPORTER_OTLP_ENDPOINT: '' },
    ...(podman && { podman }),
  });
  const links = new Map<string, Link>();
  for (const { metadata } of ofKind(objects, 'Service')) {
    links.set(metadata.name, await Link.open(() => cluster.endpoint(metadata.name)));
  }
  const gateway = await Gateway.open(() => cluster.endpoint('ingest-webhooks'));
  const channels: Channel[] = [];
  return {
    objects,
    cluster,
    tlsOf: (name: string): TlsFiles => tlsFilesIn(certificates, name),
    /** Where providers post. */
    webhooksUrl: gateway.url,
    /** A channel to a service, with somebody's certificate. */
    channel: (service: string, tls: TlsFiles): Channel => {
      const channel = connect({ target: `127.0.0.1:${links.get(service)!.port}`, service, tls });
      channels.push(channel);
      return channel;
    },
    close: async () => {
      for (const channel of channels) channel.close();
      await gateway.close();
      await cluster.close();
      for (const link of links.values()) await link.close();
      for (const database of databases.values()) await database.drop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export type Production = Awaited<ReturnType<typeof production>>;
