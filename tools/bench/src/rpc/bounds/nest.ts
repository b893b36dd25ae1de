import 'reflect-metadata';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '@kelp/stack';
import { Controller, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { GrpcMethod, GrpcStreamMethod, type MicroserviceOptions, Transport } from '@nestjs/microservices';
import { concatMap, interval, map, Observable, reduce } from 'rxjs';
import type { Peer, Served } from '../peer.js';
import { serverCredentials } from '../peers/stock.js';
import type { Settings } from '../settings.js';
import { HANDLER_MS, makeMessage, STREAM_MESSAGES, TICK_MS } from './work.js';

const counts = { made: 0, processed: 0, ticks: 0 };

@Controller()
class TestController {
  /** A source that makes a hundred messages a turn of the event loop. */
  @GrpcMethod('TestService')
  streamingOutputCall() {
    return new Observable((subscriber) => {
      const make = () => {
        for (let one = 0; one < 100 && counts.made < STREAM_MESSAGES; one++, counts.made++)
          subscriber.next(makeMessage());
        if (counts.made < STREAM_MESSAGES && !subscriber.closed) setImmediate(make);
      };
      make();
    });
  }

  @GrpcStreamMethod('TestService')
  streamingInputCall(requests: unknown) {
    return (requests as Observable<object>).pipe(
      concatMap(async () => {
        await sleep(HANDLER_MS);
        counts.processed++;
      }),
      reduce(() => ({ aggregatedPayloadSize: 0 }), {}),
    );
  }

  @GrpcMethod('TestService')
  async unaryCall() {
    for (let tick = 0; tick < 100; tick++) {
      await sleep(TICK_MS);
      counts.ticks++;
    }
    return {};
  }

  /** Goes on for ever. */
  @GrpcStreamMethod('TestService')
  fullDuplexCall() {
    return interval(TICK_MS).pipe(map(makeMessage));
  }
}

@Module({ controllers: [TestController] })
class StockModule {}

async function serve(settings: Settings): Promise<Served> {
  const address = `127.0.0.1:${await freePort()}`;
  const app = await NestFactory.createMicroservice<MicroserviceOptions>(StockModule, {
    transport: Transport.GRPC,
    options: {
      package: 'grpc.testing',
      protoPath: join(settings.protos, 'grpc/testing/test.proto'),
      loader: { includeDirs: [settings.protos] },
      url: address,
      credentials: serverCredentials(settings),
      gracefulShutdown: true,
    },
    logger: ['error'],
  });
  await app.listen();
  return { address, counts: () => counts, close: () => app.close() };
}

/** What is measured of NestJS's own gRPC. */
export const nestBounds: Peer = { serve };
