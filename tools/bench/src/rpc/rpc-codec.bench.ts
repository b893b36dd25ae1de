import { createFileRegistry, fromBinary, type Message, toBinary } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { AnalyticsContract, AppendEventsRequest } from '@kelp/contract-analytics';
import type { Bench } from '../bench.js';
import { inAlternation } from '../statistics.js';
import { EVENTS, encodedEvents } from './events.js';
import { PROTOS } from './folders.js';
import { FILES, protoLoader } from './peers/stock.js';

const ROUNDS = 20;
const TIMES = 10;

interface Codec<T> {
  encode(message: T): Uint8Array;
  decode(bytes: Uint8Array): T;
}

/** The codecs of the stacks that are compared, without the stacks. */
export const rpcCodec: Bench = {
  name: 'rpc-codec',
  what: 'encodes and decodes a message of 1,000 canonical events',
  run: async () => {
    const bytes = encodedEvents();
    const contestants = await inAlternation(ROUNDS, {
      'ts-proto (Kelp)': turnOf<AppendEventsRequest>(bytes, {
        encode: (message) => AppendEventsRequest.encode(message).finish(),
        decode: (input) => AppendEventsRequest.decode(input),
      }),
      'proto-loader (stock NestJS)': turnOf(bytes, protoLoaderCodec()),
      'protobuf-es (Connect)': turnOf(bytes, protobufEsCodec()),
    });
    return {
      measures: [
        { name: 'encode', unit: 'ns/event' },
        { name: 'decode', unit: 'ns/event' },
      ],
      contestants,
      notes: [
        `Processor time, medians of ${ROUNDS} rounds in alternation. An event takes ${Math.round(bytes.length / EVENTS)} bytes.`,
      ],
    };
  },
};

function turnOf<T>(bytes: Uint8Array, { encode, decode }: Codec<T>) {
  const message = decode(bytes);
  if (encode(message).length !== bytes.length) throw new Error('The codecs disagree.');
  return async () => ({ encode: nsPerEvent(() => encode(message)), decode: nsPerEvent(() => decode(bytes)) });
}

/** Processor time, garbage collection included. */
function nsPerEvent(work: () => unknown): number {
  const startedAt = process.cpuUsage();
  for (let time = 0; time < TIMES; time++) work();
  const { user, system } = process.cpuUsage(startedAt);
  return ((user + system) * 1_000) / (TIMES * EVENTS);
}

function protoLoaderCodec(): Codec<object> {
  const loaded = protoLoader.loadSync(FILES, { includeDirs: [PROTOS] })['kelp.analytics.v1.AnalyticsService'];
  const { AppendEvents } = loaded as import('@grpc/proto-loader').ServiceDefinition;
  const { requestSerialize, requestDeserialize } = AppendEvents!;
  return { encode: requestSerialize, decode: (bytes) => requestDeserialize(Buffer.from(bytes)) };
}

function protobufEsCodec(): Codec<Message> {
  const image = fromBinary(FileDescriptorSetSchema, Buffer.from(AnalyticsContract.descriptors, 'base64'));
  const schema = createFileRegistry(image).getMessage('kelp.analytics.v1.AppendEventsRequest')!;
  return { encode: (message) => toBinary(schema, message), decode: (bytes) => fromBinary(schema, bytes) };
}
