import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Contract, client, connect, type Running } from '@kelp/rpc';
import { Code } from '@kelp/status';
import { tlsOf } from '@kelp/testing';
import { callAsVersion, pulled } from './client-of-version.js';
import { rawExchange } from './raw-call.js';
import { callsOf, servicesOf, versionsOf, workspace } from './released.js';
import { serveVersion } from './server-of-version.js';
import { CALLER, type Subject, serveSubject } from './subject.js';
import { withUnknownField } from './unknown-field.js';

/** The contract as it is now, before it is released. */
const NEXT = '0.0.0';

/**
 * Runs the clients of every version in use against today's service: each is generated from the stored release, and makes
 * the calls that were recorded with it. What the code began to demand since then, and no descriptor says, fails here.
 * And runs today's client against a server of each version.
 *
 *     compatibility([TemplateContract], 'template', async () => ({ module: AppModule.with(config, log) }));
 *
 * @param contracts what the service serves of the contract
 * @param subject makes the service's module
 */
export function compatibility(contracts: readonly Contract[], service: string, subject: () => Promise<Subject>): void {
  const versions = versionsOf(service);

  describe(`clients of ${service}`, () => {
    // One for each version: what the clients of another one made would stand in its lists.
    let running: Running;
    beforeEach(async () => {
      running = await serveSubject(service, subject);
    });
    afterEach(() => running.close());

    if (versions.length > 0) {
      it.each(versions)('of version %s work with the service as it is now', (version) =>
        callAsVersion(service, version, running.address),
      );
    }

    it('of the next version work with the service as it is now', async () => {
      const next = await pulled(service, storeNext(contracts[0]!, service), NEXT, running.address);
      for (const call of callsOf(service)) await next.perform(call);
      next.close();
    });

    it('of later versions are understood as far as this one goes', async () => {
      const channel = connect({ target: running.address, service, tls: await tlsOf(CALLER) });
      for (const { fullName, method } of methodsOf(contracts).filter(
        ({ method: { requestStream } }) => !requestStream,
      )) {
        const [plain, extended] = await Promise.all(
          [Buffer.alloc(0), withUnknownField(Buffer.alloc(0))].map((request) =>
            rawExchange(channel.grpc, `/${fullName}/${method.name}`, request),
          ),
        );
        // Whatever the service says to a request without fields: a field that it does not know changes nothing.
        expect([method.name, extended!.code, extended!.error?.reason]).toEqual([
          method.name,
          plain!.code,
          plain!.error?.reason,
        ]);
      }
      channel.close();
    });
  });

  if (versions.length === 0) return;
  describe(`each version of ${service} in use`, () => {
    it.each(versions)('%s: a call of each RPC is recorded', (version) => {
      const promised = servicesOf(service, version).flatMap(({ methods }) => methods.map(({ name }) => name));
      const called = callsOf(service, version).map(({ rpc }) => rpc);
      expect(promised).not.toEqual([]);
      expect(promised.filter((rpc) => !called.includes(rpc))).toEqual([]);
    });

    it.each(versions)('%s: the client of today gets along with a server of it', async (version) => {
      const known = servicesOf(service, version).flatMap(({ typeName, methods }) =>
        methods.map(({ name }) => `${typeName}.${name}`),
      );
      const server = await serveVersion(service, version);
      const channel = connect({ target: server.address, service, tls: await tlsOf(CALLER) });
      const outcomes = new Map<string, string>();
      for (const { definition, checks: _, ...contract } of contracts) {
        const calls = client({ definition, ...contract }, channel);
        for (const [key, { name, requestType, requestStream, responseStream }] of Object.entries(definition.methods)) {
          const call = calls[key] as (request: unknown) => unknown;
          const outcome = answered(
            call(requestStream ? one(requestType.decode(new Uint8Array(0))) : {}),
            responseStream,
          );
          outcomes.set(`${definition.fullName}.${name}`, await outcome);
        }
      }
      channel.close();
      server.close();
      const expected = [...outcomes.keys()].map((rpc) => [rpc, known.includes(rpc) ? 'an answer' : 'UNIMPLEMENTED']);
      expect([...outcomes]).toEqual(expected);
      expect(known.filter((rpc) => !outcomes.has(rpc))).toEqual([]);
    });
  });
}

const methodsOf = (contracts: readonly Contract[]) =>
  contracts.flatMap(({ definition: { fullName, methods } }) =>
    Object.values(methods).map((method) => ({ fullName, method })),
  );

async function* one(message: unknown) {
  yield message;
}

/** What comes of a call. */
async function answered(answer: unknown, isStream: boolean): Promise<string> {
  try {
    let answers = 0;
    if (isStream) for await (const _ of answer as AsyncIterable<unknown>) answers++;
    else if ((await answer) !== undefined) answers++;
    return answers === 1 ? 'an answer' : `${answers} answers`;
  } catch (error) {
    const { code } = error as { code?: Code };
    return code === undefined || code === Code.INTERNAL ? String(error) : Code[code];
  }
}

function storeNext({ descriptors }: Contract, service: string): string {
  const folder = join(workspace, 'test-results/clients/next', service);
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${NEXT}.binpb`);
  writeFileSync(path, Buffer.from(descriptors, 'base64'));
  return path;
}
