import { join } from 'node:path';
import type { TlsFiles } from '@kelp/testing';
import type { Ports } from './ports.js';
import { secretIn } from './secret-file.js';
import { callersOf, usualPorts } from './tools.js';

/** In the order in which they are told of; they may start in any. */
export const services = Object.keys(usualPorts) as ServiceName[];
export type ServiceName = keyof typeof usualPorts;

/** The root of the repository, seen from this file and from a bundle in `<folder>/<project>/dist` alike. */
const ROOT = join(import.meta.dirname, '../../..');

/** What a service's process runs: made by `nx build`. */
export const mainOf = (service: ServiceName): string => join(ROOT, 'apps', service, 'dist/main.mjs');

export interface Surroundings {
  ports: Ports;
  /** A PostgreSQL server, by the URL of any of its databases. */
  postgresUrl: string;
  /** Empty for the embedded queue. */
  queueUrl: string;
  /** Where a service keeps files of its own. */
  stateFolder: string;
  tlsOf(service: ServiceName): TlsFiles;
}

/** The URL of a service's own database. */
export function databaseUrl(postgresUrl: string, service: ServiceName): string {
  const url = new URL(postgresUrl);
  url.pathname = `/kelp_${service}`;
  return url.href;
}

/** The settings of a service, all of them: as a deployment would write them. */
export function environmentOf(service: ServiceName, surroundings: Surroundings): Record<string, string> {
  const { ports, postgresUrl, tlsOf } = surroundings;
  const tls = tlsOf(service);
  return {
    LISTEN_ADDRESS: `127.0.0.1:${ports[service]}`,
    CALLERS: callersOf(service).join(','),
    DATABASE_URL: databaseUrl(postgresUrl, service),
    TLS_CA: tls.ca,
    TLS_CERTIFICATE: tls.certificate,
    TLS_KEY: tls.key,
    ...(service === 'ingest' && ingestOnly(surroundings)),
    ...(service === 'account' && accountOnly(surroundings)),
  };
}

const accountOnly = ({ stateFolder }: Surroundings) => ({
  SECRET_KEYS: `local:${secretIn(join(stateFolder, 'account-secrets.key'))}`,
});

const ingestOnly = ({ ports, queueUrl, stateFolder }: Surroundings) => ({
  RECIPIENT_HASH_KEY: secretIn(join(stateFolder, 'recipient-hash.key')),
  HTTP_ADDRESS: `127.0.0.1:${ports.webhooks}`,
  ACCOUNT_ADDRESS: `127.0.0.1:${ports.account}`,
  TEMPLATE_ADDRESS: `127.0.0.1:${ports.template}`,
  ANALYTICS_ADDRESS: `127.0.0.1:${ports.analytics}`,
  QUEUE_URL: queueUrl,
  STATE_DIR: stateFolder,
});
