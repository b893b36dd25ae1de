import { deserialize, serialize } from 'node:v8';
import { tlsOf } from '@kelp/testing';
import type { BinaryWriter } from '@kelp/wire';
import { type DynamicModule, Module } from '@nestjs/common';
import type { MessageType } from '../src/contract.js';
import {
  answerCalls,
  type Call,
  client,
  connect,
  GrpcController,
  receiveItems,
  type ServeOptions,
  type Service,
  type SourceFrame,
  sendItems,
  serve,
} from '../src/index.js';
import type { CallsRequest, CallsResponse } from '../src/streams/call-frames.js';
import type { AppendRequest, AppendResponse, WatchRequest, WatchResponse } from '../src/streams/frames.js';
import { SILENT } from './test-service.js';

/** Node's own codec, so that a test needs no generated messages: all else is as in production. */
function plain<T>(): MessageType<T> {
  return {
    encode: (message) => ({ finish: () => serialize(message) }) as unknown as BinaryWriter,
    decode: (input) => deserialize(input as Uint8Array) as T,
    fromPartial: (message) => message as T,
  };
}

const bidi = { requestStream: true, responseStream: true, options: {} } as const;
const StreamContract = {
  definition: {
    name: 'StreamService',
    fullName: 'kelp.tested.v1.StreamService',
    methods: {
      append: {
        name: 'Append',
        requestType: plain<AppendRequest<number>>(),
        responseType: plain<AppendResponse>(),
        ...bidi,
      },
      watch: {
        name: 'Watch',
        requestType: plain<WatchRequest>(),
        responseType: plain<WatchResponse<number>>(),
        ...bidi,
      },
      squareCalls: {
        name: 'SquareCalls',
        requestType: plain<CallsRequest<number>>(),
        responseType: plain<CallsResponse<number>>(),
        ...bidi,
      },
    },
  },
  descriptors: '',
} as const;

/** What survives a server, and what a test does to it. */
export class Store {
  readonly items: number[] = [];
  readonly batches: number[][] = [];
  commit: (items: number[]) => Promise<void> = async (items) => {
    this.batches.push(items);
    this.items.push(...items);
  };
  square: (request: number, call: Call) => Promise<number> = async (request) => request * request;
  source: (resumeToken: string, signal: AbortSignal) => AsyncIterable<SourceFrame<number>> = async function* () {};
}

@GrpcController(StreamContract)
class StreamController implements Service<typeof StreamContract> {
  constructor(private readonly store: Store) {}

  async *append(requests: AsyncIterable<AppendRequest<number>>, call: Call): AsyncIterable<AppendResponse> {
    yield* receiveItems(requests, call, { windowItems: 100, commit: (items) => this.store.commit(items) });
  }

  async *watch(requests: AsyncIterable<WatchRequest>, call: Call): AsyncIterable<WatchResponse<number>> {
    yield* sendItems(requests, call, { frameItems: 10, open: (token, signal) => this.store.source(token, signal) });
  }

  async *squareCalls(requests: AsyncIterable<CallsRequest<number>>, call: Call): AsyncIterable<CallsResponse<number>> {
    yield* answerCalls(requests, call, { answer: (request, each) => this.store.square(request, each) });
  }
}

@Module({})
class StreamModule {
  static with(store: Store): DynamicModule {
    return { module: StreamModule, controllers: [StreamController], providers: [{ provide: Store, useValue: store }] };
  }
}

export const serveStore = async (store: Store, options: Partial<ServeOptions> = {}) =>
  serve(StreamModule.with(store), {
    service: 'tested',
    address: '127.0.0.1:0',
    tls: await tlsOf('tested'),
    callers: ['caller'],
    log: SILENT,
    drainMs: 500,
    ...options,
  });

export async function callStore(address: string) {
  const channel = connect({ target: address, service: 'tested', tls: await tlsOf('caller') });
  return { channel, stream: client(StreamContract, channel) };
}
