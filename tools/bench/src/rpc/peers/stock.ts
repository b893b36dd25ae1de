import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Settings } from '../settings.js';
import { pemOf } from './pem.js';

const load = createRequire(import.meta.url);

/** As NestJS finds them, from node_modules and past our bundle: both must use the same. */
export const grpc: typeof import('@grpc/grpc-js') = load('@grpc/grpc-js');
export const protoLoader: typeof import('@grpc/proto-loader') = load('@grpc/proto-loader');

export const FILES = ['kelp/echo/v1/echo_service.proto', 'kelp/analytics/v1/analytics_service.proto'];

export interface Text {
  text: string;
}
/** An event as proto-loader makes it; the bench looks at none of its fields. */
export type LoadedEvent = Readonly<Record<string, unknown>>;
export interface Append {
  items: { firstSequence: number; items: LoadedEvent[] };
}
export interface Appended {
  ack: { upToSequence: number };
}

export function serverCredentials(settings: Settings) {
  const { ca, key, certificate } = pemOf(settings);
  return grpc.ServerCredentials.createSsl(ca, [{ private_key: key, cert_chain: certificate }], true);
}

export function clientCredentials(settings: Settings) {
  const { ca, key, certificate } = pemOf(settings);
  return grpc.credentials.createSsl(ca, key, certificate);
}

/** The services of the contracts, with proto-loader's own defaults. */
export const loadServices = ({ protos }: Settings) =>
  grpc.loadPackageDefinition(protoLoader.loadSync(FILES, { includeDirs: [protos] }));

/** The events to send, as proto-loader has them. */
export function loadedEvents({ protos, events }: Settings): LoadedEvent[] {
  const service = protoLoader.loadSync(FILES, { includeDirs: [protos] })['kelp.analytics.v1.AnalyticsService'];
  const { AppendEvents } = service as import('@grpc/proto-loader').ServiceDefinition;
  const { items } = AppendEvents!.requestDeserialize(readFileSync(events)) as Append;
  return items.items;
}
