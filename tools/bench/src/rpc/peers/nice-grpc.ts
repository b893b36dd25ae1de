import { ServerCredentials } from '@grpc/grpc-js';
import { AnalyticsServiceDefinition, type AppendEventsRequest } from '@kelp/contract-analytics';
import { type EchoRequest, EchoServiceDefinition } from '@kelp/contract-echo';
import { ChannelCredentials, createChannel, createClient, createServer, ServerError, Status } from 'nice-grpc';
import { Acks } from '../acks.js';
import { batches } from '../events.js';
import { Outbox } from '../outbox.js';
import type { Caller, Peer, Served } from '../peer.js';
import type { Settings } from '../settings.js';
import { pemOf } from './pem.js';
import { tsProtoEvents } from './ts-proto-events.js';

/** The one RPC of analytics that is measured. */
const AppendDefinition = {
  ...AnalyticsServiceDefinition,
  methods: { appendEvents: AnalyticsServiceDefinition.methods.appendEvents },
} as const;

const refuse = () => {
  throw new ServerError(Status.UNIMPLEMENTED, 'This is not compared.');
};

async function serve(settings: Settings): Promise<Served> {
  const server = createServer();
  server.add(EchoServiceDefinition, {
    echo: async ({ text }: EchoRequest) => ({ text }),
    echoCalls: refuse,
  });
  server.add(AppendDefinition, {
    async *appendEvents(requests: AsyncIterable<AppendEventsRequest>) {
      let received = 0n;
      for await (const { frame } of requests) {
        if (frame?.$case !== 'items') continue;
        received += BigInt(frame.value.items.length);
        yield { frame: { $case: 'ack' as const, value: { upToSequence: received, creditSequence: 0n } } };
      }
    },
  });
  const { ca, key, certificate } = pemOf(settings);
  const pair = { private_key: key, cert_chain: certificate };
  const port = await server.listen('127.0.0.1:0', ServerCredentials.createSsl(ca, [pair], true));
  return { address: `127.0.0.1:${port}` };
}

/** Async functions and generators over grpc-js, with ts-proto's definitions. */
export const niceGrpc: Peer = {
  serve,
  connect(settings, address): Caller {
    const { ca, key, certificate } = pemOf(settings);
    const channel = createChannel(address, ChannelCredentials.createSsl(ca, key, certificate));
    const echoes = createClient(EchoServiceDefinition, channel);
    const analytics = createClient(AppendDefinition, channel);
    const acks = new Acks();
    let requests: Outbox<AppendEventsRequest> | undefined;
    let sequence = 1n;
    const events = tsProtoEvents(settings);
    const open = () => {
      const opened = new Outbox<AppendEventsRequest>();
      const reading = async () => {
        for await (const _ of analytics.appendEvents(opened)) acks.take();
      };
      void reading();
      return opened;
    };
    return {
      call: async (text) => (await echoes.echo({ text })).text,
      appender: (batch) => {
        const next = batches(events, batch);
        requests ??= open();
        return () => {
          const value = { firstSequence: sequence, items: next(), traceparents: [] };
          requests?.put({ frame: { $case: 'items', value } });
          sequence += BigInt(batch);
          return acks.wait();
        };
      },
    };
  },
};
