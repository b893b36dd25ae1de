import { connect as connectTls } from 'node:tls';
import type { Client as GrpcClient } from '@grpc/grpc-js';
import { HealthContract, HealthCheckResponse_ServingStatus as ServingStatus } from '@kelp/contract-grpc';
import { UsageContract } from '@kelp/contract-usage';
import { type Channel, type Contract, client, connect, type MethodDefinition, type Running } from '@kelp/rpc';
import { Code } from '@kelp/status';
import { metricsText } from '@kelp/telemetry';
import { eventually, tlsOf } from '@kelp/testing';
import { helloOf, rawCall, rawExchange } from './raw-call.js';
import { describedBy } from './reflection.js';
import { CALLER, type Subject, serveSubject } from './subject.js';
import { vanish } from './vanish.js';

/** What the kit calls itself where it should not be let in. */
const STRANGER = 'stranger';
/** Not protobuf at all, and a string that ends too soon. */
const MALFORMED = ['ffffffffff', '0a0561'].map((hex) => Buffer.from(hex, 'hex'));
const MESSAGE_BYTES_MAX = 4 * 1024 * 1024;

/**
 * Holds a service to what every Kelp service promises of its calls, in tests of the running service over mutual TLS:
 *
 *     conformance(AccountContract, 'account', async () => ({ module: AppModule.with(config, log) }));
 *
 * @param subject makes the service's module, anew for each server
 */
export function conformance(contract: Contract, service: string, subject: () => Promise<Subject>): void {
  const start = () => serveSubject(service, subject);
  const { fullName, methods } = contract.definition;
  const all = Object.values(methods).map((method) => ({ method, path: `/${fullName}/${method.name}` }));
  const each = all.map(({ method, path }) => [method.name, path] as const);
  const resumable = all.flatMap(({ method, path }) =>
    helloOf(method, 10n) ? [[method.name, path, method] as const] : [],
  );

  describe(`${fullName}, as every service,`, () => {
    let started: Running;
    let channel: Channel;
    let stranger: Channel;
    let grpc: GrpcClient;

    beforeAll(async () => {
      started = await start();
      channel = connect({ target: started.address, service, tls: await tlsOf(CALLER) });
      stranger = connect({ target: started.address, service, tls: await tlsOf(STRANGER) });
      grpc = channel.grpc;
    });
    afterAll(async () => {
      channel.close();
      stranger.close();
      await started.close();
    });
    afterEach(async () => {
      // Whatever a test did to it: the service lives, and nothing is left open.
      expect(await client(HealthContract, channel).check({ service: fullName })).toEqual({
        status: ServingStatus.SERVING,
      });
      await eventually(async () => expect(await openCalls()).toBe(0));
    });

    it('says that it serves, and describes each of its RPCs', async () => {
      expect(await describedBy(channel)).toEqual(
        expect.arrayContaining(Object.values(methods).map(({ name }) => `${fullName}.${name}`)),
      );
    });

    it('knows from which contract its callers were built', async () => {
      const { checks: _, ...unchecked } = contract;
      const caller = client(unchecked, channel);
      for (const key of Object.keys(methods)) await whatever(caller[key]!, methods[key]!);
      const { uses } = await client(UsageContract, channel).getContractUsage({});
      expect(uses).toContainEqual(
        expect.objectContaining({
          service: fullName,
          caller: CALLER,
          ...contract.release,
          methods: expect.arrayContaining(Object.values(methods).map(({ name }) => name)),
        }),
      );
    });

    it('tells which release of its contract it serves', async () => {
      const { releases } = await client(UsageContract, stranger).getContractReleases({});
      expect(releases).toContainEqual({ service: fullName, ...contract.release });
    });

    it('takes no connection without a certificate', async () => {
      const [host, port] = started.address.split(':');
      const gone = new Promise<void>((resolve) => {
        const socket = connectTls({ host, port: Number(port), rejectUnauthorized: false, ALPNProtocols: ['h2'] });
        socket.on('error', () => resolve()).on('close', () => resolve());
        socket.resume();
      });
      await gone;
    });

    it('knows no RPCs but its own', async () => {
      expect((await rawExchange(grpc, `/${fullName}/NoSuchMethod`)).code).toBe(Code.UNIMPLEMENTED);
      expect((await rawExchange(grpc, '/no.such.Service/Method')).code).toBe(Code.UNIMPLEMENTED);
    });

    it.each(each)('%s refuses callers that the call map does not name', async (_name, path) => {
      const { code, error } = await rawExchange(stranger.grpc, path, Buffer.alloc(0));
      expect([code, error?.reason]).toEqual([Code.PERMISSION_DENIED, 'CALLER_NOT_ALLOWED']);
    });

    it.each(each)('%s refuses what is not its message', async (_name, path) => {
      for (const bytes of MALFORMED) {
        expect([Code.INTERNAL, Code.INVALID_ARGUMENT]).toContain((await rawExchange(grpc, path, bytes)).code);
      }
    });

    it.each(each)('%s refuses a message that is too large', async (_name, path) => {
      const { code } = await rawExchange(grpc, path, Buffer.alloc(MESSAGE_BYTES_MAX + 1));
      expect(code).toBe(Code.RESOURCE_EXHAUSTED);
    });

    it.each(each)('%s ends at the deadline of a caller that says nothing', async (_name, path) => {
      const { ended } = rawCall(grpc, path, { deadline: Date.now() + 150 });
      expect((await ended).code).toBe(Code.DEADLINE_EXCEEDED);
    });

    it.each(each)('%s ends when its caller gives up', async (_name, path) => {
      const { stream, ended } = rawCall(grpc, path);
      setTimeout(() => stream.cancel(), 50);
      expect((await ended).code).toBe(Code.CANCELLED);
    });

    it.each(each)('%s ends when its caller is gone without a word', async (_name, path) => {
      await vanish(started.address, await tlsOf(CALLER), path);
    });

    it.each(each)('%s ends when its caller has nothing to say', async (_name, path) => {
      await rawExchange(grpc, path);
    });

    if (resumable.length > 0) {
      it.each(resumable)('%s begins with hello, and says so', async (_name, path) => {
        const { code, error } = await rawExchange(grpc, path, Buffer.alloc(0));
        expect(code).toBe(Code.INVALID_ARGUMENT);
        expect(['PROTOCOL_VIOLATION', 'INVALID_FIELDS']).toContain(error?.reason);
      });

      it.each(resumable)('%s takes hello once', async (_name, path, method) => {
        const hello = helloOf(method, 10n)!;
        const { code, error } = await rawExchange(grpc, path, hello, hello);
        expect([code, error?.reason]).toEqual([Code.INVALID_ARGUMENT, 'PROTOCOL_VIOLATION']);
      });

      it.each(resumable)('%s sends no item without credit', async (_name, path, method) => {
        const { stream, messages } = rawCall(grpc, path);
        stream.write(helloOf(method, 0n)!);
        await eventually(() => expect(messages.length).toBeGreaterThan(0));
        await new Promise((resolve) => setTimeout(resolve, 200));
        const items = messages
          .map((bytes) => method.responseType.decode(bytes))
          .flatMap(({ frame }) => frame?.value?.items ?? []);
        expect(items).toEqual([]);
        stream.cancel();
      });
    }
  });

  if (resumable.length > 0) {
    it.each(resumable)(`${fullName}.%s says that it drains, and ends well`, async (_name, path, method) => {
      const started = await start();
      const channel = connect({ target: started.address, service, tls: await tlsOf(CALLER) });
      const { stream, messages, ended } = rawCall(channel.grpc, path);
      stream.write(helloOf(method, 10n)!);
      await eventually(() => expect(messages.length).toBeGreaterThan(0));
      const closed = started.close();
      const cases = () => messages.map((bytes) => method.responseType.decode(bytes).frame?.$case);
      await eventually(() => expect(cases()).toContain('draining'));
      stream.end();
      expect((await ended).code).toBe(Code.OK);
      await closed;
      channel.close();
    });
  }
}

/** Calls with nothing to say, whatever comes of it. */
async function whatever(call: (request: never) => unknown, { requestStream, responseStream }: MethodDefinition) {
  const nothing = async function* () {};
  const answer = call((requestStream ? nothing() : {}) as never);
  try {
    if (!responseStream) await answer;
    else for await (const _ of answer as AsyncIterable<unknown>) break;
  } catch {
    // It has been called.
  }
}

/** How many calls the service is answering, by its own count. */
async function openCalls(): Promise<number> {
  const { body } = await metricsText();
  return Number(/^kelp_rpc_server_open_calls (\d+)/m.exec(body)?.[1] ?? 'NaN');
}
