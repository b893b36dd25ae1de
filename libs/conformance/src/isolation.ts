import { Metadata } from '@grpc/grpc-js';
import { type Channel, type Contract, connect, type Running } from '@kelp/rpc';
import { Code } from '@kelp/status';
import { tlsOf } from '@kelp/testing';
import { ForeignRequests } from './foreign-request.js';
import { helloOf, rawCall } from './raw-call.js';
import { CALLER, type Subject, serveSubject } from './subject.js';

/** Two organizations at a service, seen from the first one. */
export interface Tenants {
  /** What travels with the calls of the first one: its credential, or its name where a service calls for it. */
  readonly context: { readonly credential?: string; readonly organization?: string };
  /** Names of the first one's resources, of all kinds. */
  readonly own: readonly string[];
  /** Names of the other one's. */
  readonly foreign: readonly string[];
  /** RPCs that anybody may call about anybody, such as to sign in: how they refuse is their own business. */
  readonly forAnybody?: readonly string[];
  /** What the other one has, as it can see it: the same after all that was tried. */
  snapshot?(): Promise<unknown>;
}

export interface IsolationSubject extends Subject {
  /** Makes two organizations, and what they have. */
  tenants(channel: Channel): Promise<Tenants>;
}

/** How a call is refused that reaches for what belongs to somebody else. */
const REFUSALS = [Code.PERMISSION_DENIED, Code.NOT_FOUND, Code.UNAUTHENTICATED];
/** How long a stream may stay silent before that counts as nothing. */
const SILENCE_MS = 500;

/**
 * Proves that no RPC gives one organization anything of another one's: calls each of them as the first, naming the
 * other's resources wherever a request can name one.
 *
 *     isolation(AccountContract, 'account', async () => ({ ...accountOn(url), tenants: async (channel) => … }));
 */
export function isolation(contract: Contract, service: string, subject: () => Promise<IsolationSubject>): void {
  const { fullName, methods } = contract.definition;
  const all = Object.values(methods).map((method) => [method.name, method] as const);
  const reads = all.filter(
    ([, { options, requestStream }]) => options.idempotencyLevel === 'NO_SIDE_EFFECTS' && !requestStream,
  );
  const requests = new ForeignRequests(contract);

  describe(`${fullName}, for one organization,`, () => {
    let started: Running;
    let channel: Channel;
    let tenants: Tenants;
    let before: unknown;

    beforeAll(async () => {
      const what = await subject();
      started = await serveSubject(service, async () => what);
      channel = connect({ target: started.address, service, tls: await tlsOf(CALLER) });
      tenants = await what.tenants(channel);
      before = await tenants.snapshot?.();
    });
    afterAll(async () => {
      channel?.close();
      await started?.close();
    });

    /** What an RPC answers to the first organization. */
    async function outcome(name: string, request: Buffer) {
      const { credential, organization } = tenants.context;
      const metadata = new Metadata();
      if (credential) metadata.set('authorization', credential);
      if (organization) metadata.set('kelp-organization', organization);
      const { stream, messages, ended } = rawCall(channel.grpc, `/${fullName}/${name}`, {}, metadata);
      stream.write(request);
      stream.end();
      const silence = new Promise<undefined>((resolve) => setTimeout(resolve, SILENCE_MS, undefined));
      const isStream = all.some(([one, { responseStream }]) => one === name && responseStream);
      const end = await (isStream ? Promise.race([ended, silence]) : ended);
      stream.cancel();
      return { code: end?.code ?? Code.OK, reason: end?.error?.reason, messages };
    }

    it.each(all)('%s gives nothing of another one', async (name, method) => {
      const request = helloOf(method, 100n) ?? requests.requestOf(name, tenants.foreign);
      const { code, messages } = await outcome(name, request);
      if (code !== Code.OK && !tenants.forAnybody?.includes(name)) expect(REFUSALS).toContain(code);
      const text = Buffer.concat(messages).toString('latin1');
      for (const foreign of tenants.foreign) expect(text).not.toContain(foreign.split('/').at(-1));
    });

    if (reads.length > 0) {
      it.each(reads)('%s answers for its own', async (name) => {
        const { code, reason } = await outcome(name, requests.requestOf(name, tenants.own));
        if (reason !== 'OPERATORS_ONLY') expect([code, reason]).toEqual([Code.OK, undefined]);
      });
    }

    it('leaves what another one has as it was', async () => {
      expect(await tenants.snapshot?.()).toEqual(before);
    });
  });
}
