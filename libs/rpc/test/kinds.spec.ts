// Each kind of call, through each way it can go.
import type { StreamingOutputCallRequest } from '@kelp/contract-grpc';
import { Code, StatusError } from '@kelp/status';
import { eventually } from '@kelp/testing';
import type { CallOptions } from '../src/index.js';
import { type TestStack, testStack } from './test-service.js';

let stack: TestStack;
beforeAll(async () => {
  stack = await testStack({ drainMs: 3_000 });
});
afterAll(() => stack.close());
afterEach(() => {
  stack.inside.unary = undefined;
  stack.inside.readMs = 0;
});

/** How a call should go: so many messages of this size each, so long between them, and then this status. */
interface Way {
  messages?: number;
  bytes?: number;
  pauseMs?: number;
  status?: { code: number; message: string };
}

type Kind = (way: Way, options?: CallOptions) => Promise<number>;

const output = ({ messages = 3, bytes = 10, pauseMs = 0, status }: Way): StreamingOutputCallRequest => ({
  responseType: 0,
  responseParameters: Array(messages).fill({ size: bytes, intervalUs: pauseMs * 1000 }),
  payload: undefined,
  responseStatus: status,
});

async function* input({ messages = 3, bytes = 10 }: Way) {
  for (let i = 0; i < messages; i++) yield { payload: { type: 0, body: Buffer.alloc(bytes) } };
}

async function count(answers: AsyncIterable<unknown>, readMs = 0): Promise<number> {
  let seen = 0;
  try {
    for await (const _answer of answers) {
      seen++;
      if (readMs) await new Promise((resolve) => setTimeout(resolve, readMs));
    }
  } catch (error) {
    throw Object.assign(error as Error, { seen });
  }
  return seen;
}

const kinds: Record<string, Kind> = {
  unary: async ({ messages = 1, bytes = 10, pauseMs = 0, status }, options) => {
    if (pauseMs > 0) {
      stack.inside.unary = async (_request, { signal }) => {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, pauseMs * messages);
          signal.addEventListener('abort', () => {
            clearTimeout(timer);
            resolve();
          });
        });
        return { payload: undefined };
      };
    }
    await stack.test.unaryCall(
      { responseSize: 1, responseStatus: status, payload: { body: Buffer.alloc(bytes) } },
      options,
    );
    return 1;
  },
  'server stream': (way, options) => count(stack.test.streamingOutputCall(output(way), options)),
  'client stream': async (way, options) => {
    if (way.pauseMs) stack.inside.readMs = way.pauseMs;
    const { aggregatedPayloadSize } = await stack.test.streamingInputCall(input(way), options);
    return aggregatedPayloadSize;
  },
  bidi: (way, options) => {
    const requests = async function* () {
      yield output(way);
    };
    return count(stack.test.fullDuplexCall(requests(), options));
  },
};

describe.each(Object.keys(kinds))('a %s call', (name) => {
  const call = kinds[name]!;

  it('goes well', async () => {
    expect(await call({ messages: 3 })).toBe({ unary: 1, 'client stream': 30 }[name] ?? 3);
  });

  it('is given up', async () => {
    const giveUp = new AbortController();
    setTimeout(() => giveUp.abort(), 50);
    const failed = call({ messages: 1_000, pauseMs: 20 }, { signal: giveUp.signal });
    await expect(failed).rejects.toMatchObject({ code: Code.CANCELLED });
    await eventually(() => expect(stack.inside.call?.signal.aborted).toBe(true));
  });

  it('was given up before it began', async () => {
    await expect(call({}, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: Code.CANCELLED });
  });

  it('runs out of time', async () => {
    const failed = call({ messages: 1_000, pauseMs: 20 }, { deadlineMs: 100 });
    await expect(failed).rejects.toMatchObject({ code: Code.DEADLINE_EXCEEDED });
    await eventually(() => expect(stack.inside.call?.signal.aborted).toBe(true));
  });

  it('ends its own signal once it is answered', async () => {
    await call({});
    await eventually(() => expect(stack.inside.call?.signal.aborted).toBe(true));
  });
});

describe.each(['unary', 'server stream', 'bidi'])('a %s call', (name) => {
  const call = kinds[name]!;
  const status = { code: Code.FAILED_PRECONDITION, message: 'not like this' };

  it('fails at once', async () => {
    await expect(call({ messages: 0, status })).rejects.toMatchObject(status);
  });

  if (name !== 'unary') {
    it('fails in the middle, after what came before', async () => {
      await expect(call({ messages: 7, status })).rejects.toMatchObject({ ...status, seen: 7 });
    });
  }
});

describe.each(['unary', 'client stream', 'bidi'])('a %s call', (name) => {
  it('is refused where a message is larger than allowed', async () => {
    const big = { payload: { type: 0, body: Buffer.alloc(5 * 1024 * 1024) } };
    const requests = async function* () {
      yield { ...output({}), ...big };
    };
    const calls: Record<string, () => Promise<unknown>> = {
      unary: () => stack.test.unaryCall(big),
      'client stream': () => stack.test.streamingInputCall(requests()),
      bidi: () => count(stack.test.fullDuplexCall(requests())),
    };
    await expect(calls[name]!()).rejects.toMatchObject({ code: Code.RESOURCE_EXHAUSTED });
  });
});

it('a handler may answer a client stream before it has read it all', async () => {
  let asked = 0;
  const endless = async function* () {
    for (;;) {
      asked++;
      yield { ...output({ messages: 0 }), responseStatus: { code: Code.OUT_OF_RANGE, message: 'enough' } };
    }
  };
  await expect(count(stack.test.fullDuplexCall(endless()))).rejects.toMatchObject({ code: Code.OUT_OF_RANGE });
  const soFar = asked;
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(asked).toBeLessThanOrEqual(soFar + 1); // the requests were told to return
});

it('a reader a thousand times slower than the writer keeps memory flat at both ends', async () => {
  // Without back-pressure the writer would have made gigabytes within these two seconds.
  const before = process.memoryUsage().external + process.memoryUsage().arrayBuffers;
  const giveUp = new AbortController();
  const reading = count(
    stack.test.streamingOutputCall(output({ messages: 200_000, bytes: 64 * 1024 }), { signal: giveUp.signal }),
    100,
  );
  const failed = expect(reading).rejects.toBeInstanceOf(StatusError);
  let most = 0;
  for (let i = 0; i < 20; i++) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    const { external, arrayBuffers } = process.memoryUsage();
    most = Math.max(most, external + arrayBuffers - before);
  }
  giveUp.abort();
  await failed;
  // Two ends in one process, and every buffer counted twice: the window, and what is in Node's streams.
  expect(most).toBeLessThan(64 * 1024 * 1024);
});
