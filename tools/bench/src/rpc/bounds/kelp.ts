import { setTimeout as sleep } from 'node:timers/promises';
import { TestContract } from '@kelp/contract-grpc';
import { type Call, GrpcController, type Service, serve } from '@kelp/rpc';
import { logger } from '@kelp/telemetry';
import { Module } from '@nestjs/common';
import type { Peer, Served } from '../peer.js';
import type { Settings } from '../settings.js';
import { DRAIN_MS, HANDLER_MS, makeMessage, STREAM_MESSAGES, TICK_MS } from './work.js';

const counts = { made: 0, processed: 0, ticks: 0 };

@GrpcController(TestContract)
class TestController implements Service<typeof TestContract> {
  async emptyCall() {
    return {};
  }

  async *streamingOutputCall() {
    for (; counts.made < STREAM_MESSAGES; counts.made++) yield makeMessage();
  }

  async streamingInputCall(requests: AsyncIterable<object>) {
    for await (const _ of requests) {
      await sleep(HANDLER_MS);
      counts.processed++;
    }
    return { aggregatedPayloadSize: 0 };
  }

  async unaryCall(_request: object, { signal }: Call) {
    for (let tick = 0; tick < 100; tick++) {
      await sleep(TICK_MS, undefined, { signal });
      counts.ticks++;
    }
    return { payload: undefined };
  }

  /** Goes on for ever: it does not even look at `draining`. */
  async *fullDuplexCall(_requests: AsyncIterable<object>, { signal }: Call) {
    for (;;) {
      await sleep(TICK_MS, undefined, { signal });
      yield makeMessage();
    }
  }
}

@Module({ controllers: [TestController] })
class KelpModule {}

async function serveTests({ tls }: Settings): Promise<Served> {
  const { address, close } = await serve(KelpModule, {
    service: 'server',
    address: '127.0.0.1:0',
    tls,
    callers: ['client'],
    log: logger('server'),
    drainMs: DRAIN_MS,
  });
  return { address, counts: () => counts, close };
}

/** What is measured of libs/rpc. */
export const kelpBounds: Peer = { serve: serveTests };
