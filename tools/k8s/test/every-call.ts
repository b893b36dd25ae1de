import { Metadata } from '@grpc/grpc-js';
import * as account from '@kelp/contract-account';
import * as analytics from '@kelp/contract-analytics';
import * as ingest from '@kelp/contract-ingest';
import * as template from '@kelp/contract-template';
import { type Channel, type Contract, fromServiceError } from '@kelp/rpc';

const modules: Readonly<Record<string, object>> = { account, analytics, ingest, template };

/** Every RPC that a service promises: its name, and its path. */
export const rpcsOf = (service: string): readonly (readonly [name: string, path: string])[] =>
  Object.entries(modules[service]!)
    .filter(([name]) => name.endsWith('Contract'))
    .flatMap(([, { definition }]: [string, Contract]) =>
      Object.values(definition.methods).map(({ name }) => [name, `/${definition.fullName}/${name}`] as const),
    );

const DEADLINE_MS = 1_000;
const asIs = (bytes: Buffer) => bytes;

/** Makes a call with an empty request, whatever it promises. @returns the reason that it fails for; else its code, or 0 */
export const reasonOf = (channel: Channel, path: string): Promise<string | number> =>
  new Promise((resolve) => {
    const options = { deadline: Date.now() + DEADLINE_MS };
    channel.grpc.makeUnaryRequest(path, asIs, asIs, Buffer.alloc(0), new Metadata(), options, (error) => {
      if (!error) return resolve(0);
      const { code, reason } = fromServiceError(error);
      return resolve(reason || code);
    });
  });
