import { TestContract } from '@kelp/contract-grpc';
import { Code, StatusError } from '@kelp/status';
import { tlsOf } from '@kelp/testing';
import { type Call, client, connect, currentCall } from '../src/index.js';
import { type TestStack, testStack } from './test-service.js';

// Two services in a row: a caller calls `front`, whose handler calls `back`.
let front: TestStack;
let back: TestStack;
beforeAll(async () => {
  front = await testStack();
  back = await testStack();
});
afterAll(async () => {
  await front.close();
  await back.close();
});

const throughFront = (work: (call: Call) => Promise<unknown>) => {
  front.inside.unary = async (_request, call) => {
    await work(call);
    return { payload: undefined };
  };
};

it('travels on with each call that a handler makes', async () => {
  throughFront(() => back.test.emptyCall({}));
  const context = {
    requestId: 'request-1',
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    organization: 'organizations/o',
    actor: 'users/u',
  };
  await front.test.unaryCall({}, { context });
  expect(front.inside.call?.context).toEqual(context);
  expect(back.inside.call?.context).toEqual(context);
});

it('begins with a request id where the caller brought none', async () => {
  throughFront(() => back.test.emptyCall({}));
  await front.test.unaryCall({});
  expect(front.inside.call?.context.requestId).toMatch(/^[0-9a-f-]{36}$/);
  expect(back.inside.call?.context.requestId).toBe(front.inside.call?.context.requestId);
});

it('leaves out values that are too long to be ours', async () => {
  await front.test.emptyCall({}, { context: { actor: 'a'.repeat(300) } });
  expect(front.inside.call?.context.actor).toBeUndefined();
});

it('carries what remains of the deadline on, and never more', async () => {
  throughFront(() => back.test.emptyCall({}, { deadlineMs: 60_000 }));
  await front.test.unaryCall({}, { deadlineMs: 3_000 });
  const [first, second] = [front.inside.call?.deadline, back.inside.call?.deadline].map((at) => at?.getTime() ?? 0);
  // What travels is how long is left, so the way itself is added; the default would be 7 seconds more.
  expect(second).toBeLessThan(first! + 3_000);
  expect(second).toBeGreaterThan(Date.now());
});

it('gives a call up when the call on whose behalf it was made is given up', async () => {
  const reached = new Promise<AbortSignal>((resolve) => {
    back.inside.unary = async (_request, { signal }) => {
      resolve(signal);
      await new Promise<void>((aborted) => signal.addEventListener('abort', () => aborted()));
      return { payload: undefined };
    };
  });
  throughFront(() => back.test.unaryCall({}));
  const giveUp = new AbortController();
  const call = front.test.unaryCall({}, { signal: giveUp.signal });
  const signal = await reached;
  giveUp.abort();
  await expect(call).rejects.toMatchObject({ code: Code.CANCELLED });
  if (!signal.aborted) await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
  back.inside.unary = undefined;
});

it('does not leak into the next call', async () => {
  throughFront(async () => {});
  await front.test.unaryCall({}, { context: { actor: 'users/u' } });
  await front.test.unaryCall({});
  expect(front.inside.call?.context.actor).toBeUndefined();
  expect(currentCall()).toBeUndefined();
});

it('passes the error of a further hop on as it was thrown', async () => {
  const thrown = new StatusError(Code.ABORTED, 'ETAG_MISMATCH', 'Stale.', 'back.kelp', { metadata: { etag: 'x' } });
  back.inside.unary = async () => {
    throw thrown;
  };
  throughFront(() => back.test.unaryCall({}));
  await expect(front.test.unaryCall({})).rejects.toMatchObject({
    code: Code.ABORTED,
    reason: 'ETAG_MISMATCH',
    domain: 'back.kelp',
    metadata: { etag: 'x' },
  });
  back.inside.unary = undefined;
});

it('is refused when the server is another one than it claims', async () => {
  const channel = connect({ target: front.running.address, service: 'another', tls: await tlsOf('caller') });
  await expect(client(TestContract, channel).emptyCall({}, { deadlineMs: 2_000 })).rejects.toMatchObject({
    code: Code.UNAVAILABLE,
  });
  channel.close();
});
