import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createFileRegistry, fromBinary } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { type Contract, connect, type Running } from '@kelp/rpc';
import { tlsOf } from '@kelp/testing';
import { rawExchange } from './raw-call.js';
import { PulledClient, type RecordedCall } from './recorded-calls.js';
import { CALLER, type Subject, serveSubject } from './subject.js';
import { withUnknownField } from './unknown-field.js';

const workspace = join(import.meta.dirname, '../../..');

/** The contract as it is now, before it is released. */
const NEXT = '0.0.0';

/**
 * Runs the clients of every version in use against today's service: each is generated from the stored release, and makes
 * the calls that were recorded with it. What the code began to demand since then, and no descriptor says, fails here.
 *
 *     compatibility([TemplateContract], 'template', async () => ({ module: AppModule.with(config, log) }));
 *
 * @param contracts what the service serves of the contract
 * @param subject makes the service's module
 */
export function compatibility(contracts: readonly Contract[], service: string, subject: () => Promise<Subject>): void {
  const releases = join(workspace, 'proto/releases', service);
  const versions = readdirSync(releases)
    .filter((file) => file.endsWith('.binpb'))
    .map((file) => file.replace('.binpb', ''));

  describe(`clients of ${service}`, () => {
    // One for each version: what the clients of another one made would stand in its lists.
    let running: Running;
    beforeEach(async () => {
      running = await serveSubject(service, subject);
    });
    afterEach(() => running.close());

    it.each([...versions, NEXT])('of version %s work with the service as it is now', async (version) => {
      const image = version === NEXT ? storeNext(contracts[0]!, service) : join(releases, `${version}.binpb`);
      const calls = readCalls(join(releases, version === NEXT ? 'calls.json' : `${version}.calls.json`));
      const client = await pulled(service, image, version, running.address);
      try {
        for (const call of calls) await client.perform(call);
      } finally {
        client.close();
      }
    });

    it.each(versions)('of version %s are known to call each of its RPCs', (version) => {
      const described = fromBinary(FileDescriptorSetSchema, readFileSync(join(releases, `${version}.binpb`)));
      const own = [...createFileRegistry(described)].filter(({ typeName }) => typeName.startsWith(`kelp.${service}.`));
      const promised = own.flatMap((type) => (type.kind === 'service' ? type.methods.map(({ name }) => name) : []));
      const called = readCalls(join(releases, `${version}.calls.json`)).map(({ rpc }) => rpc);
      expect(promised).not.toEqual([]);
      expect(promised.filter((rpc) => !called.includes(rpc))).toEqual([]);
    });

    it('of later versions are understood as far as this one goes', async () => {
      const channel = connect({ target: running.address, service, tls: await tlsOf(CALLER) });
      const methods = contracts.flatMap(({ definition: { fullName, methods: all } }) =>
        Object.values(all).map((method) => ({ ...method, fullName })),
      );
      for (const { fullName, ...method } of methods.filter(({ requestStream }) => !requestStream)) {
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
}

const readCalls = (path: string): RecordedCall[] =>
  existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as RecordedCall[]) : [];

function storeNext({ descriptors }: Contract, service: string): string {
  const folder = join(workspace, 'test-results/clients/next', service);
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${NEXT}.binpb`);
  writeFileSync(path, Buffer.from(descriptors, 'base64'));
  return path;
}

/** The client of a stored release, as anybody gets it. */
async function pulled(service: string, image: string, version: string, target: string): Promise<PulledClient> {
  const out = join(workspace, 'test-results/clients', version);
  rmSync(join(out, service), { recursive: true, force: true });
  execFileSync(process.execPath, [join(workspace, 'tools/kelp-contract/main.mjs'), 'pull', image, '--out', out]);
  const module = await import(join(out, service, 'index.ts'));
  const tls = await tlsOf(CALLER);
  const services = Object.keys(module).flatMap((name) => /^connect(\w+)$/.exec(name)?.[1] ?? []);
  return new PulledClient(
    services.map((name) => ({
      definition: module[`${name}ServiceDefinition`],
      client: module[`connect${name}`]({ target, tls }),
    })),
  );
}
