import { Metadata } from '@grpc/grpc-js';
import { TestContract } from '@kelp/contract-grpc';
import { UsageContract } from '@kelp/contract-usage';
import { Code } from '@kelp/status';
import { metricsText } from '@kelp/telemetry';
import { tlsOf } from '@kelp/testing';
import { type Channel, client, connect } from '../src/index.js';
import { type TestStack, testStack } from './test-service.js';

const SERVICE = TestContract.definition.fullName;
const release = { version: '1.2.0', hash: '0123456789abcdef' };

let stack: TestStack;
beforeEach(async () => {
  stack = await testStack();
});
afterEach(() => stack.close());

const usage = (channel: Channel) => client(UsageContract, channel).getContractUsage({});
const usesSeen = async () => (await usage(stack.channel)).uses.map(({ lastUseTime: _, ...use }) => use);

describe('a server', () => {
  it('knows from which contract each caller was built, what it called, and when', async () => {
    const before = new Date();
    const built = client({ ...TestContract, release }, stack.channel);
    await built.unaryCall({});
    await built.emptyCall({});
    for await (const _ of built.streamingOutputCall({ responseParameters: [{ size: 1, intervalUs: 0 }] }));
    const { uses, recordingSinceTime, unrecordedCalls } = await usage(stack.channel);
    expect(uses).toEqual([
      {
        service: SERVICE,
        caller: 'caller',
        ...release,
        methods: ['EmptyCall', 'StreamingOutputCall', 'UnaryCall'],
        lastUseTime: expect.any(Date),
      },
    ]);
    expect(uses[0]!.lastUseTime!.getTime()).toBeGreaterThanOrEqual(before.getTime());
    expect(recordingSinceTime!.getTime()).toBeLessThanOrEqual(before.getTime());
    expect(unrecordedCalls).toBe(0n);
  });

  it('shows the same to Prometheus', async () => {
    await client({ ...TestContract, release: { version: '7.0.0', hash: 'f'.repeat(16) } }, stack.channel).emptyCall({});
    const labels = `service="${SERVICE}",caller="caller",version="7.0.0",hash="${'f'.repeat(16)}"`;
    expect((await metricsText()).body).toMatch(new RegExp(`kelp_rpc_contract_last_use_seconds{${labels}} \\d{10}`));
  });

  it('notes that a caller does not say what it was built from, or says what nobody understands', async () => {
    await client(TestContract, stack.channel).emptyCall({});
    for (const value of ['1.2.0', '1.2.0 xyz', `${'9'.repeat(6)}.0.0 ${'a'.repeat(16)}`, 'x'.repeat(300)])
      await rawEmptyCall(stack, value);
    expect(await usesSeen()).toEqual([
      { service: SERVICE, caller: 'caller', version: '', hash: '', methods: ['EmptyCall'] },
    ]);
  });

  it('does not count what is asked of every server, nor calls that are not allowed', async () => {
    await usage(stack.channel);
    const stranger = connect({ target: stack.running.address, service: 'tested', tls: await tlsOf('stranger') });
    await expect(client(TestContract, stranger).emptyCall({})).rejects.toMatchObject({ code: Code.PERMISSION_DENIED });
    await expect(usage(stranger)).rejects.toMatchObject({ code: Code.PERMISSION_DENIED });
    stranger.close();
    expect(await usesSeen()).toEqual([]);
  });

  it('tells everybody which releases it serves', async () => {
    const stranger = connect({ target: stack.running.address, service: 'tested', tls: await tlsOf('stranger') });
    // The test contract is never released.
    expect(await client(UsageContract, stranger).getContractReleases({})).toEqual({ releases: [] });
    stranger.close();
  });

  it('keeps a caller that claims ever other versions within bounds, and says that it missed some', async () => {
    await client({ ...TestContract, release }, stack.channel).emptyCall({});
    const claims = Array.from({ length: 1_010 }, (_, index) => `1.0.0 ${index.toString(16).padStart(16, '0')}`);
    await Promise.all(claims.map((claim) => rawEmptyCall(stack, claim)));
    const { uses, unrecordedCalls } = await usage(stack.channel);
    expect([uses.length, unrecordedCalls]).toEqual([1_000, 11n]);
    expect(uses[0]).toMatchObject(release);
  });
});

/** Calls with any text where the release belongs. */
async function rawEmptyCall({ channel }: TestStack, said: string): Promise<void> {
  const metadata = new Metadata();
  metadata.set('kelp-contract', said);
  const { grpc } = channel;
  const same = (bytes: Buffer) => bytes;
  await new Promise<void>((resolve, reject) =>
    grpc.makeUnaryRequest(`/${SERVICE}/EmptyCall`, same, same, Buffer.alloc(0), metadata, (error) =>
      error ? reject(error) : resolve(),
    ),
  );
}
