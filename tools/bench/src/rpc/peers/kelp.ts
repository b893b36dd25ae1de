import { AnalyticsContract, type AppendEventsRequest, type AppendEventsResponse } from '@kelp/contract-analytics';
import { type EchoCallsRequest, type EchoCallsResponse, EchoContract, type EchoRequest } from '@kelp/contract-echo';
import type { Event } from '@kelp/contract-event';
import {
  answerCalls,
  type Call,
  type Channel,
  client,
  connect,
  GrpcController,
  itemSender,
  receiveItems,
  type Service,
  serve,
} from '@kelp/rpc';
import { logger } from '@kelp/telemetry';
import { Module } from '@nestjs/common';
import { batches } from '../events.js';
import type { Caller, Peer, Served } from '../peer.js';
import type { Settings } from '../settings.js';
import { tsProtoEvents } from './ts-proto-events.js';

@GrpcController(EchoContract)
class EchoController implements Service<typeof EchoContract> {
  async echo({ text }: EchoRequest) {
    return { text };
  }

  async *echoCalls(requests: AsyncIterable<EchoCallsRequest>, call: Call): AsyncIterable<EchoCallsResponse> {
    yield* answerCalls(requests, call, { answer: this.echo });
  }
}

const { appendEvents } = AnalyticsContract.definition.methods;
/** The one RPC of analytics that is measured. */
const AppendContract = {
  ...AnalyticsContract,
  definition: { ...AnalyticsContract.definition, methods: { appendEvents } },
};

@GrpcController(AppendContract)
class EventController implements Service<typeof AppendContract> {
  async *appendEvents(requests: AsyncIterable<AppendEventsRequest>, call: Call): AsyncIterable<AppendEventsResponse> {
    yield* receiveItems<Event>(requests, call, { commit: async () => {} });
  }
}

@Module({ controllers: [EchoController, EventController] })
class KelpModule {}

/** As services do it: a line of the log, a count and a time for each call. The log goes to /dev/null. */
export const serveKelp = ({ tls }: Settings): Promise<Served> =>
  serve(KelpModule, {
    service: 'server',
    address: '127.0.0.1:0',
    tls,
    callers: ['client'],
    log: logger('server'),
  });

export const channelTo = ({ tls }: Settings, target: string): Channel => connect({ target, service: 'server', tls });

/** libs/rpc, an RPC a call. */
export const kelp: Peer = {
  serve: serveKelp,
  connect(settings, address): Caller {
    const channel = channelTo(settings, address);
    const echoes = client(EchoContract, channel);
    const analytics = client(AnalyticsContract, channel);
    const events = tsProtoEvents(settings);
    const sender = itemSender<Event>({ open: (requests, options) => analytics.appendEvents(requests, options) });
    return {
      call: async (text) => (await echoes.echo({ text })).text,
      appender: (batch) => {
        const next = batches(events, batch);
        return () => sender.send(next());
      },
    };
  },
};
