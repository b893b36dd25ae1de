import 'reflect-metadata';
import { join } from 'node:path';
import { freePort } from '@kelp/stack';
import { Controller, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  ClientGrpcProxy,
  GrpcMethod,
  type GrpcOptions,
  GrpcStreamMethod,
  type MicroserviceOptions,
  Transport,
} from '@nestjs/microservices';
import { firstValueFrom, map, type Observable, Subject } from 'rxjs';
import { Acks } from '../acks.js';
import { batches } from '../events.js';
import type { Caller, Peer, Served } from '../peer.js';
import type { Settings } from '../settings.js';
import {
  type Append,
  type Appended,
  clientCredentials,
  FILES,
  loadedEvents,
  serverCredentials,
  type Text,
} from './stock.js';

@Controller()
class EchoController {
  @GrpcMethod('EchoService')
  echo({ text }: { text: string }) {
    return { text };
  }
}

@Controller()
class EventController {
  @GrpcStreamMethod('AnalyticsService')
  appendEvents(requests: unknown) {
    let received = 0;
    return (requests as Observable<Append>).pipe(
      map(({ items }) => {
        received += items.items.length;
        return { ack: { upToSequence: received } };
      }),
    );
  }
}

@Module({ controllers: [EchoController, EventController] })
class StockModule {}

const optionsOf = ({ protos }: Settings, url: string): GrpcOptions['options'] => ({
  package: ['kelp.echo.v1', 'kelp.analytics.v1'],
  protoPath: FILES.map((file) => join(protos, file)),
  loader: { includeDirs: [protos] },
  url,
});

async function serve(settings: Settings): Promise<Served> {
  const address = `127.0.0.1:${await freePort()}`;
  const app = await NestFactory.createMicroservice<MicroserviceOptions>(StockModule, {
    transport: Transport.GRPC,
    options: { ...optionsOf(settings, address), credentials: serverCredentials(settings) },
    logger: ['error'],
  });
  await app.listen();
  return { address };
}

interface EchoService {
  echo(request: Text): Observable<Text>;
}
interface AnalyticsService {
  appendEvents(requests: Observable<Append>): Observable<Appended>;
}

/** NestJS's own gRPC, as its documentation shows it: proto-loader and Observables. */
export const nest: Peer = {
  serve,
  connect(settings, address): Caller {
    const proxy = new ClientGrpcProxy({ ...optionsOf(settings, address), credentials: clientCredentials(settings) });
    const echoes = proxy.getService<EchoService>('EchoService');
    const analytics = proxy.getService<AnalyticsService>('AnalyticsService');
    const acks = new Acks();
    let requests: Subject<Append> | undefined;
    let sequence = 1;
    const events = loadedEvents(settings);
    const open = () => {
      const opened = new Subject<Append>();
      analytics.appendEvents(opened).subscribe(() => acks.take());
      return opened;
    };
    return {
      call: async (text) => (await firstValueFrom(echoes.echo({ text }))).text,
      appender: (batch) => {
        const next = batches(events, batch);
        requests ??= open();
        return () => {
          requests?.next({ items: { firstSequence: sequence, items: next() } });
          sequence += batch;
          return acks.wait();
        };
      },
    };
  },
};
