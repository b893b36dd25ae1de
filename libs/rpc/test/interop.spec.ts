// The official interoperability cases of gRPC, by their names, on our stack at both ends, over mutual TLS.
// Source: grpc/doc/interop-test-descriptions.md. Left out: those of compression and of cloud credentials.
import { Client as GrpcClient, Metadata, type ServiceError } from '@grpc/grpc-js';
import type { StreamingOutputCallRequest } from '@kelp/contract-grpc';
import { Code, StatusError } from '@kelp/status';
import { type TestStack, testStack } from './test-service.js';

let stack: TestStack;
beforeAll(async () => {
  stack = await testStack();
});
afterAll(() => stack.close());

const body = (size: number) => ({ type: 0, body: Buffer.alloc(size) });
const output = (requestSize: number, ...sizes: number[]): StreamingOutputCallRequest => ({
  responseType: 0,
  responseParameters: sizes.map((size) => ({ size, intervalUs: 0 })),
  payload: body(requestSize),
  responseStatus: undefined,
});
const sizesOf = async (answers: AsyncIterable<{ payload?: { body: Uint8Array } | undefined }>) => {
  const sizes: number[] = [];
  for await (const { payload } of answers) sizes.push(payload?.body.length ?? -1);
  return sizes;
};

const SIZES: [number, number][] = [
  [27_182, 31_415],
  [8, 9],
  [1_828, 2_653],
  [45_904, 58_979],
];

it('empty_unary', async () => {
  expect(await stack.test.emptyCall({})).toEqual({});
});

it('large_unary', async () => {
  const { payload } = await stack.test.unaryCall({ responseSize: 314_159, payload: body(271_828) });
  expect(Buffer.alloc(314_159).equals(payload!.body)).toBe(true);
});

it('client_streaming', async () => {
  const requests = async function* () {
    for (const [size] of SIZES) yield { payload: body(size) };
  };
  expect(await stack.test.streamingInputCall(requests())).toEqual({ aggregatedPayloadSize: 74_922 });
});

it('server_streaming', async () => {
  const sizes = SIZES.map(([, size]) => size);
  expect(await sizesOf(stack.test.streamingOutputCall(output(0, ...sizes)))).toEqual(sizes);
});

it('ping_pong', async () => {
  let next = () => {};
  const requests = async function* () {
    for (const [requestSize, responseSize] of SIZES) {
      const answered = new Promise<void>((resolve) => {
        next = resolve;
      });
      yield output(requestSize, responseSize);
      await answered;
    }
  };
  const sizes: number[] = [];
  for await (const { payload } of stack.test.fullDuplexCall(requests())) {
    sizes.push(payload?.body.length ?? -1);
    next();
  }
  expect(sizes).toEqual(SIZES.map(([, size]) => size));
});

it('empty_stream', async () => {
  expect(await sizesOf(stack.test.fullDuplexCall((async function* () {})()))).toEqual([]);
});

it('custom_metadata', async () => {
  // The two official keys, plain and binary, reach the handler as they were sent.
  const metadata = new Metadata();
  metadata.set('x-grpc-test-echo-initial', 'test_initial_metadata_value');
  metadata.set('x-grpc-test-echo-trailing-bin', Buffer.from('ababab', 'hex'));
  await raw('/grpc.testing.TestService/EmptyCall', metadata);
  expect(stack.inside.call?.metadata.get('x-grpc-test-echo-initial')).toEqual(['test_initial_metadata_value']);
  expect(stack.inside.call?.metadata.get('x-grpc-test-echo-trailing-bin')).toEqual([Buffer.from('ababab', 'hex')]);
});

it('status_code_and_message', async () => {
  const responseStatus = { code: 2, message: 'test status message' };
  const expected = { code: Code.UNKNOWN, message: 'test status message' };
  await expect(stack.test.unaryCall({ responseStatus })).rejects.toMatchObject(expected);
  const requests = async function* () {
    yield { ...output(0), responseStatus };
  };
  await expect(sizesOf(stack.test.fullDuplexCall(requests()))).rejects.toMatchObject(expected);
});

it('special_status_message', async () => {
  const message = '\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n';
  await expect(stack.test.unaryCall({ responseStatus: { code: 2, message } })).rejects.toMatchObject({
    code: Code.UNKNOWN,
    message,
  });
});

it('unimplemented_method', async () => {
  await expect(raw('/grpc.testing.TestService/UnimplementedCall')).rejects.toMatchObject({ code: Code.UNIMPLEMENTED });
});

it('unimplemented_service', async () => {
  await expect(raw('/grpc.testing.UnimplementedService/UnimplementedCall')).rejects.toMatchObject({
    code: Code.UNIMPLEMENTED,
  });
});

it('cancel_after_begin', async () => {
  const cancel = new AbortController();
  const never = async function* () {
    await new Promise(() => {});
  };
  const call = stack.test.streamingInputCall(never() as AsyncIterable<never>, { signal: cancel.signal });
  cancel.abort();
  await expect(call).rejects.toMatchObject({ code: Code.CANCELLED });
});

it('cancel_after_first_response', async () => {
  const cancel = new AbortController();
  const requests = async function* () {
    yield output(27_182, 31_415);
    await new Promise(() => {});
  };
  const sizes: number[] = [];
  const call = (async () => {
    for await (const { payload } of stack.test.fullDuplexCall(requests(), { signal: cancel.signal })) {
      sizes.push(payload?.body.length ?? -1);
      cancel.abort();
    }
  })();
  await expect(call).rejects.toMatchObject({ code: Code.CANCELLED });
  expect(sizes).toEqual([31_415]);
});

it('timeout_on_sleeping_server', async () => {
  const requests = async function* () {
    yield { ...output(27_182), responseParameters: [{ size: 1, intervalUs: 10_000_000 }] };
  };
  const call = sizesOf(stack.test.fullDuplexCall(requests(), { deadlineMs: 1 }));
  await expect(call).rejects.toMatchObject({ code: Code.DEADLINE_EXCEEDED });
});

it('rpc_soak', async () => {
  for (let i = 0; i < 200; i++) await stack.test.unaryCall({ responseSize: 1_030, payload: body(1_031) });
});

it('channel_soak', async () => {
  for (let i = 0; i < 10; i++) {
    const { test, close } = await testStack();
    await test.unaryCall({ responseSize: 1_030, payload: body(1_031) });
    await close();
  }
});

/** A unary call of any path. */
function raw(path: string, metadata = new Metadata()): Promise<Buffer> {
  const grpc: GrpcClient = stack.channel.grpc;
  return new Promise((resolve, reject) => {
    const done = (error: ServiceError | null, value?: Buffer) => {
      if (error) reject(new StatusError(error.code as number, '', error.details, ''));
      else resolve(value!);
    };
    grpc.makeUnaryRequest(
      path,
      (bytes: Buffer) => bytes,
      (bytes) => bytes,
      Buffer.alloc(0),
      metadata,
      done,
    );
  });
}
