import { setTimeout as sleep } from 'node:timers/promises';
import {
  type SimpleRequest,
  type SimpleResponse,
  type StreamingInputCallRequest,
  type StreamingInputCallResponse,
  type StreamingOutputCallRequest,
  type StreamingOutputCallResponse,
  TestContract,
} from '@kelp/contract-grpc';
import { StatusError } from '@kelp/status';
import { logger } from '@kelp/telemetry';
import { tlsOf } from '@kelp/testing';
import { type DynamicModule, Module } from '@nestjs/common';
import {
  type Call,
  type Channel,
  type Client,
  client,
  connect,
  GrpcController,
  type Running,
  type ServeOptions,
  type Service,
  serve,
} from '../src/index.js';

const payload = (size: number) => ({ type: 0, body: Buffer.alloc(size) });

/** What a test sets, and sees from inside. */
export class Inside {
  call?: Call;
  /** How many calls came. */
  calls = 0;
  readonly ended: string[] = [];
  received = 0;
  sent = 0;
  /** Slows the readers of request streams down. */
  readMs = 0;
  /** Stands in for the unary handler. */
  unary?: (request: SimpleRequest, call: Call) => Promise<SimpleResponse>;
}

/** The service of gRPC's interoperability tests. */
@GrpcController(TestContract)
export class TestController implements Service<typeof TestContract> {
  constructor(private readonly inside: Inside) {}

  async emptyCall(_request: object, call: Call) {
    this.inside.calls++;
    this.inside.call = call;
    return {};
  }

  async unaryCall(request: SimpleRequest, call: Call): Promise<SimpleResponse> {
    this.inside.call = call;
    if (this.inside.unary) return this.inside.unary(request, call);
    echoStatus(request);
    return { payload: payload(request.responseSize) };
  }

  async *streamingOutputCall(
    request: StreamingOutputCallRequest,
    call: Call,
  ): AsyncIterable<StreamingOutputCallResponse> {
    this.inside.call = call;
    try {
      yield* this.answer(request, call);
    } finally {
      this.inside.ended.push('streamingOutputCall');
    }
  }

  async streamingInputCall(
    requests: AsyncIterable<StreamingInputCallRequest>,
    call: Call,
  ): Promise<StreamingInputCallResponse> {
    this.inside.call = call;
    let size = 0;
    for await (const request of requests) {
      this.inside.received++;
      size += request.payload?.body.length ?? 0;
      if (this.inside.readMs) await sleep(this.inside.readMs);
    }
    return { aggregatedPayloadSize: size };
  }

  async *fullDuplexCall(
    requests: AsyncIterable<StreamingOutputCallRequest>,
    call: Call,
  ): AsyncIterable<StreamingOutputCallResponse> {
    this.inside.call = call;
    try {
      for await (const request of requests) {
        this.inside.received++;
        yield* this.answer(request, call);
        if (this.inside.readMs) await sleep(this.inside.readMs);
      }
    } finally {
      this.inside.ended.push('fullDuplexCall');
    }
  }

  private async *answer(
    request: StreamingOutputCallRequest,
    { signal }: Call,
  ): AsyncIterable<StreamingOutputCallResponse> {
    for (const { size, intervalUs } of request.responseParameters) {
      if (intervalUs > 0) await sleep(intervalUs / 1000, undefined, { signal });
      this.inside.sent++;
      yield { payload: payload(size) };
    }
    echoStatus(request);
  }
}

function echoStatus({ responseStatus }: SimpleRequest | StreamingOutputCallRequest): void {
  if (responseStatus) throw new StatusError(responseStatus.code, '', responseStatus.message, '');
}

@Module({})
class TestModule {
  static with(inside: Inside): DynamicModule {
    return { module: TestModule, controllers: [TestController], providers: [{ provide: Inside, useValue: inside }] };
  }
}

export interface TestStack {
  readonly inside: Inside;
  readonly running: Running;
  readonly channel: Channel;
  readonly test: Client<typeof TestContract>;
  close(): Promise<void>;
}

export const SILENT = logger('test', 'silent');

/** The test service on a free port, and a client of it, over mutual TLS. */
export async function testStack(options: Partial<ServeOptions> = {}): Promise<TestStack> {
  const inside = new Inside();
  const running = await serve(TestModule.with(inside), {
    service: 'tested',
    address: '127.0.0.1:0',
    tls: await tlsOf('tested'),
    callers: ['caller'],
    log: SILENT,
    drainMs: 500,
    ...options,
  });
  const channel = connect({ target: running.address, service: 'tested', tls: await tlsOf('caller') });
  return {
    inside,
    running,
    channel,
    test: client(TestContract, channel),
    close: async () => {
      channel.close();
      await running.close();
    },
  };
}
