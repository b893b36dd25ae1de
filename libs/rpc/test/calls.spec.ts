import { setTimeout as sleep } from 'node:timers/promises';
import type { StreamingOutputCallRequest } from '@kelp/contract-grpc';
import { Code, StatusError } from '@kelp/status';
import { eventually } from '@kelp/testing';
import { type TestStack, testStack } from './test-service.js';

let stack: TestStack;
beforeAll(async () => {
  stack = await testStack();
});
afterAll(() => stack.close());

const ask = (sizes: number[], intervalUs = 0): StreamingOutputCallRequest => ({
  responseType: 0,
  responseParameters: sizes.map((size) => ({ size, intervalUs })),
  payload: undefined,
  responseStatus: undefined,
});

async function* requests<T>(...items: T[]) {
  yield* items;
}

describe('each kind of call', () => {
  it('answers a unary call', async () => {
    const { payload } = await stack.test.unaryCall({ responseSize: 314_159, payload: { body: Buffer.alloc(271_828) } });
    expect(payload?.body.length).toBe(314_159);
  });

  it('streams answers, in order', async () => {
    const sizes: number[] = [];
    for await (const { payload } of stack.test.streamingOutputCall(ask([31_415, 9, 2_653, 58_979]))) {
      sizes.push(payload?.body.length ?? -1);
    }
    expect(sizes).toEqual([31_415, 9, 2_653, 58_979]);
  });

  it('takes a stream of requests', async () => {
    const sent = [27_182, 8, 1_828, 45_904].map((size) => ({ payload: { type: 0, body: Buffer.alloc(size) } }));
    expect(await stack.test.streamingInputCall(requests(...sent))).toEqual({ aggregatedPayloadSize: 74_922 });
  });

  it('answers each request of a stream before the next one is sent', async () => {
    const seen: number[] = [];
    let answered = () => {};
    const pingPong = async function* () {
      for (const size of [31_415, 9, 2_653]) {
        const answer = new Promise<void>((resolve) => {
          answered = resolve;
        });
        yield ask([size]);
        await answer;
      }
    };
    for await (const { payload } of stack.test.fullDuplexCall(pingPong())) {
      seen.push(payload?.body.length ?? -1);
      answered();
    }
    expect(seen).toEqual([31_415, 9, 2_653]);
  });

  it('ends an empty stream well', async () => {
    const seen = [];
    for await (const answer of stack.test.fullDuplexCall(requests())) seen.push(answer);
    expect(seen).toEqual([]);
  });
});

describe('an error', () => {
  it('reaches the caller with its code, reason, metadata, violations and delay', async () => {
    const thrown = new StatusError(Code.RESOURCE_EXHAUSTED, 'TOO_FAST', 'Ünïcode\t says "slow".', 'test.kelp', {
      metadata: { limit: '5' },
      violations: [{ field: 'a.b', description: 'is wrong' }],
      retryDelayMs: 1_500,
    });
    stack.inside.unary = async () => {
      throw thrown;
    };
    const { code, reason, message, domain, metadata, violations, retryDelayMs } = await failure(
      stack.test.unaryCall({}),
    );
    expect({ code, reason, message, domain, metadata, violations, retryDelayMs }).toEqual({
      code: Code.RESOURCE_EXHAUSTED,
      reason: 'TOO_FAST',
      message: 'Ünïcode\t says "slow".',
      domain: 'test.kelp',
      metadata: { limit: '5' },
      violations: [{ field: 'a.b', description: 'is wrong' }],
      retryDelayMs: 1_500,
    });
    stack.inside.unary = undefined;
  });

  it('that nobody meant to throw says nothing', async () => {
    stack.inside.unary = async () => {
      throw new Error('password=hunter2');
    };
    const error = await failure(stack.test.unaryCall({}));
    expect([error.code, error.message]).toEqual([Code.INTERNAL, 'Internal error.']);
    stack.inside.unary = undefined;
  });

  it('in the middle of a stream comes after what was streamed before', async () => {
    const seen: unknown[] = [];
    const stream = stack.test.streamingOutputCall({
      ...ask([1, 2]),
      responseStatus: { code: Code.DATA_LOSS, message: 'gone' },
    });
    const error = await failure(
      (async () => {
        for await (const answer of stream) seen.push(answer);
      })(),
    );
    expect([seen.length, error.code, error.message]).toEqual([2, Code.DATA_LOSS, 'gone']);
  });

  it('of the requests ends the call, and is the caller’s own again', async () => {
    const broken = async function* () {
      yield { payload: undefined };
      throw new Error('cannot go on');
    };
    await expect(stack.test.streamingInputCall(broken())).rejects.toThrow('cannot go on');
    await eventually(() => expect(stack.inside.call?.signal.aborted).toBe(true));
  });
});

describe('the end of a call', () => {
  it('reaches the handler when the caller gives up', async () => {
    const giveUp = new AbortController();
    let aborted = false;
    stack.inside.unary = async (_request, { signal }) => {
      giveUp.abort();
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      aborted = true;
      return { payload: undefined };
    };
    const error = await failure(stack.test.unaryCall({}, { signal: giveUp.signal }));
    expect(error.code).toBe(Code.CANCELLED);
    await eventually(() => expect(aborted).toBe(true));
    stack.inside.unary = undefined;
  });

  it('reaches the handler at the deadline', async () => {
    let aborted = false;
    stack.inside.unary = async (_request, { signal, deadline }) => {
      expect(deadline!.getTime() - Date.now()).toBeLessThanOrEqual(100);
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      aborted = true;
      return { payload: undefined };
    };
    const error = await failure(stack.test.unaryCall({}, { deadlineMs: 100 }));
    expect(error.code).toBe(Code.DEADLINE_EXCEEDED);
    await eventually(() => expect(aborted).toBe(true));
    stack.inside.unary = undefined;
  });

  it('runs the finally of a stream whose reader stops early', async () => {
    stack.inside.ended.length = 0;
    for await (const _answer of stack.test.streamingOutputCall(ask(Array(1_000).fill(10), 1_000))) break;
    await eventually(() => expect(stack.inside.ended).toEqual(['streamingOutputCall']));
  });

  it('comes by itself to a unary call that said nothing of a deadline', async () => {
    await stack.test.emptyCall({});
    const left = stack.inside.call!.deadline!.getTime() - Date.now();
    expect(left).toBeGreaterThan(5_000);
    expect(left).toBeLessThanOrEqual(10_000);
  });
});

describe('back-pressure', () => {
  it('holds a writer whose reader is slow', async () => {
    stack.inside.received = 0;
    stack.inside.readMs = 20;
    let made = 0;
    const endless = async function* () {
      for (;;) {
        made++;
        yield { payload: { type: 0, body: Buffer.alloc(256 * 1024) } };
      }
    };
    const giveUp = new AbortController();
    const call = failure(stack.test.streamingInputCall(endless(), { signal: giveUp.signal }));
    await sleep(1_000);
    stack.inside.readMs = 0;
    const ahead = made - stack.inside.received;
    giveUp.abort();
    await call;
    // HTTP/2's windows of 4 MiB on either side, and 16 messages in each of two streams.
    expect(ahead).toBeLessThan(80);
    expect(stack.inside.received).toBeGreaterThan(5);
  });

  it('holds a handler whose reader is slow', async () => {
    stack.inside.sent = 0;
    let read = 0;
    for await (const _answer of stack.test.streamingOutputCall(ask(Array(2_000).fill(256 * 1024)))) {
      read++;
      await sleep(20);
      if (read === 50) break;
    }
    expect(stack.inside.sent - read).toBeLessThan(80);
  });
});

async function failure(call: Promise<unknown>): Promise<StatusError> {
  try {
    await call;
  } catch (error) {
    if (error instanceof StatusError) return error;
    throw error;
  }
  throw new Error('The call did not fail.');
}
