import { setTimeout as sleep } from 'node:timers/promises';
import { TestContract } from '@kelp/contract-grpc';
import { eventually, tlsOf } from '@kelp/testing';
import { nameServer } from './name-server.js';
import type { TestStack } from './test-service.js';

// grpc-js reads this when it is loaded: only then can a target name the DNS server to ask.
process.env.GRPC_NODE_USE_ALTERNATIVE_RESOLVER = 'true';
const { client, connect } = await import('../src/index.js');
const { testStack } = await import('./test-service.js');

it('spreads calls over all addresses of a name, notices new and gone ones, and fails no call meanwhile', async () => {
  const names = await nameServer();
  const stacks: TestStack[] = [];
  const start = async (host: string, port = '0') => {
    const stack = await testStack({
      address: `${host}:${port}`,
      connectionAgeMs: 1_000,
      drainDelayMs: 200,
      drainMs: 2_000,
    });
    stacks.push(stack);
    return stack;
  };
  const first = await start('127.0.0.1');
  const port = first.running.address.split(':')[1]!;
  const second = await start('127.0.0.2', port);
  names.addresses = ['127.0.0.1', '127.0.0.2'];
  const channel = connect({
    target: `dns://127.0.0.1:${names.port}/kelp.test:${port}`,
    service: 'tested',
    tls: await tlsOf('caller'),
    resolveMs: 200,
  });
  const test = client(TestContract, channel);

  let running = true;
  let calls = 0;
  const failures: unknown[] = [];
  const traffic = (async () => {
    for (; running; calls++) {
      await test.emptyCall({}).catch((error: unknown) => failures.push(error));
      await sleep(2);
    }
  })();
  const answered = (stack: TestStack) => {
    const before = stack.inside.calls;
    return eventually(() => expect(stack.inside.calls).toBeGreaterThan(before + 5), { timeoutMs: 10_000 });
  };

  await Promise.all([answered(first), answered(second)]);
  const third = await start('127.0.0.3', port);
  names.addresses = ['127.0.0.1', '127.0.0.2', '127.0.0.3'];
  await answered(third);
  names.addresses = ['127.0.0.2', '127.0.0.3'];
  await first.running.close();
  await Promise.all([answered(second), answered(third)]);

  running = false;
  await traffic;
  expect(failures).toEqual([]);
  expect(calls).toBeGreaterThan(100);
  channel.close();
  for (const stack of stacks) await stack.close();
  await names.close();
});
