import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createSecureServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { createFileRegistry, type DescService, fromBinary, type Message } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { createClient, type ServiceImpl } from '@connectrpc/connect';
import { connectNodeAdapter, createGrpcTransport } from '@connectrpc/connect-node';
import { AnalyticsContract } from '@kelp/contract-analytics';
import { EchoContract } from '@kelp/contract-echo';
import type { Contract } from '@kelp/rpc';
import { Acks } from '../acks.js';
import { batches } from '../events.js';
import { Outbox } from '../outbox.js';
import type { Caller, Peer, Served } from '../peer.js';
import type { Settings } from '../settings.js';
import { pemOf } from './pem.js';
import type { Text } from './stock.js';

/** A contract for protobuf-es, of its descriptors: what generated code would be made of as well. */
function serviceOf({ descriptors, definition }: Contract): DescService {
  const set = fromBinary(FileDescriptorSetSchema, Buffer.from(descriptors, 'base64'));
  return createFileRegistry(set).getService(definition.fullName)!;
}
const echo = serviceOf(EchoContract);
const analytics = serviceOf(AnalyticsContract);

interface Append {
  frame: { case: 'items'; value: { firstSequence: bigint; items: Message[] } };
}
interface Appended {
  frame: { case: 'ack'; value: { upToSequence: bigint } };
}

async function* acknowledge(requests: AsyncIterable<Append>): AsyncGenerator<Appended> {
  let received = 0n;
  for await (const { frame } of requests) {
    received += BigInt(frame.value.items.length);
    yield { frame: { case: 'ack', value: { upToSequence: received } } };
  }
}

async function serve(settings: Settings): Promise<Served> {
  const { ca, key, certificate: cert } = pemOf(settings);
  const handler = connectNodeAdapter({
    routes: (router) => {
      router.service(echo, { echo: ({ text }: Text) => ({ text }) } as unknown as ServiceImpl<DescService>);
      router.service(analytics, { appendEvents: acknowledge } as unknown as ServiceImpl<DescService>);
    },
  });
  const server = createSecureServer({ ca, key, cert, requestCert: true, rejectUnauthorized: true }, handler);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { address: `127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** Connect over node:http2, speaking gRPC, with protobuf-es. */
export const connectNode: Peer = {
  serve,
  connect(settings, address): Caller {
    const { ca, key, certificate: cert } = pemOf(settings);
    const transport = createGrpcTransport({ baseUrl: `https://${address}`, nodeOptions: { ca, key, cert } });
    const echoes = createClient(echo, transport) as unknown as { echo(request: Text): Promise<Text> };
    const events = createClient(analytics, transport) as unknown as {
      appendEvents(requests: AsyncIterable<Append>): AsyncIterable<Appended>;
    };
    const acks = new Acks();
    let requests: Outbox<Append> | undefined;
    let sequence = 1n;
    const { frame } = fromBinary(analytics.method.appendEvents!.input, readFileSync(settings.events)) as Message &
      Append;
    const open = () => {
      const opened = new Outbox<Append>();
      const reading = async () => {
        for await (const _ of events.appendEvents(opened)) acks.take();
      };
      void reading();
      return opened;
    };
    return {
      call: async (text) => (await echoes.echo({ text })).text,
      appender: (batch) => {
        const next = batches(frame.value.items, batch);
        requests ??= open();
        return () => {
          requests?.put({ frame: { case: 'items', value: { firstSequence: sequence, items: next() } } });
          sequence += BigInt(batch);
          return acks.wait();
        };
      },
    };
  },
};
