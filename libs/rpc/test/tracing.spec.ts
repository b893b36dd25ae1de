import { Code, StatusError } from '@kelp/status';
import { eventually } from '@kelp/testing';
import { SpanKind, trace } from '@opentelemetry/api';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { itemSender } from '../src/index.js';
import { callStore, Store, serveStore } from './stream-service.js';
import { type TestStack, testStack } from './test-service.js';

const exporter = new InMemorySpanExporter();
const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
let stack: TestStack;
beforeAll(async () => {
  trace.setGlobalTracerProvider(provider);
  stack = await testStack();
});
afterAll(async () => {
  await stack.close();
  trace.disable();
});
beforeEach(() => exporter.reset());

const spans = () =>
  exporter.getFinishedSpans().map((span) => ({
    name: span.name,
    kind: span.kind,
    code: span.attributes['rpc.grpc.status_code'],
    message: span.status.message,
    traceId: span.spanContext().traceId,
    spanId: span.spanContext().spanId,
    parent: span.parentSpanContext?.spanId,
    links: span.links.map(({ context }) => context.traceId),
  }));

it('puts the caller, the handler, and what the handler calls into one trace', async () => {
  stack.inside.unary = async () => {
    await stack.test.emptyCall({});
    return { payload: undefined };
  };
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  await stack.test.unaryCall({}, { context: { traceparent } });
  const [innerServer, innerClient, server, client] = await eventually(() => {
    expect(spans()).toHaveLength(4);
    return spans();
  });
  expect(new Set(spans().map(({ traceId }) => traceId))).toEqual(new Set(['0af7651916cd43dd8448eb211c80319c']));
  expect([client!.parent, server!.parent, innerClient!.parent, innerServer!.parent]).toEqual([
    'b7ad6b7169203331',
    client!.spanId,
    server!.spanId,
    innerClient!.spanId,
  ]);
  expect([client!.kind, server!.kind]).toEqual([SpanKind.CLIENT, SpanKind.SERVER]);
  expect(server!.name).toBe('grpc.testing.TestService/UnaryCall');
});

it('says what a call failed with', async () => {
  stack.inside.unary = async () => {
    throw new StatusError(Code.NOT_FOUND, 'NO_SUCH', 'There is none.', 'tested.kelp');
  };
  await expect(stack.test.unaryCall({})).rejects.toThrow();
  await eventually(() =>
    expect(spans().map(({ code, message }) => [code, message])).toEqual([
      [Code.NOT_FOUND, 'There is none.'],
      [Code.NOT_FOUND, 'There is none.'],
    ]),
  );
});

it('links a commit to the traces of the items in it', async () => {
  const running = await serveStore(new Store());
  const { channel, stream } = await callStore(running.address);
  const sender = itemSender<number>({ open: (requests, options) => stream.append(requests, options) });
  const traceOf = (digit: string) => `00-${digit.repeat(32)}-${digit.repeat(16)}-01`;
  await Promise.all([
    sender.send([1], { traceparent: traceOf('a') }),
    sender.send([2], { traceparent: traceOf('b') }),
    sender.send([3], { traceparent: traceOf('c').replace(/01$/, '00') }), // nobody records this one
    sender.send([4]),
  ]);
  const commits = spans().filter(({ kind }) => kind === SpanKind.CONSUMER);
  expect(commits.flatMap(({ links }) => links).sort()).toEqual(['a'.repeat(32), 'b'.repeat(32)]);
  await sender.close();
  channel.close();
  await running.close();
});
