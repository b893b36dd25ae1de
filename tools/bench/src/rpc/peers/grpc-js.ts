import type {
  ClientDuplexStream,
  ClientUnaryCall,
  GrpcObject,
  Server,
  ServerDuplexStream,
  ServerUnaryCall,
  ServiceClientConstructor,
  sendUnaryData,
} from '@grpc/grpc-js';
import { Acks } from '../acks.js';
import { batches } from '../events.js';
import type { Caller, Peer, Served } from '../peer.js';
import type { Settings } from '../settings.js';
import {
  type Append,
  type Appended,
  clientCredentials,
  grpc,
  loadedEvents,
  loadServices,
  serverCredentials,
  type Text,
} from './stock.js';

/** `kelp.<name>.v1.<Name>Service`, as grpc-js makes it of what proto-loader loaded. */
function serviceOf(services: GrpcObject, name: string): ServiceClientConstructor {
  const { v1 } = (services.kelp as GrpcObject)[name] as GrpcObject;
  return (v1 as GrpcObject)[`${name[0]!.toUpperCase()}${name.slice(1)}Service`] as ServiceClientConstructor;
}

async function serve(settings: Settings): Promise<Served> {
  const services = loadServices(settings);
  const server = new grpc.Server();
  server.addService(serviceOf(services, 'echo').service, {
    echo: ({ request }: ServerUnaryCall<Text, Text>, answer: sendUnaryData<Text>) => answer(null, request),
  });
  server.addService(serviceOf(services, 'analytics').service, {
    appendEvents: (call: ServerDuplexStream<Append, Appended>) => {
      let received = 0;
      call.on('data', ({ items }) => {
        received += items.items.length;
        call.write({ ack: { upToSequence: received } });
      });
      call.on('end', () => call.end());
    },
  });
  return { address: await listen(server, settings) };
}

/** Binds to a free port. */
export const listen = (server: Server, settings: Settings): Promise<string> =>
  new Promise((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', serverCredentials(settings), (error, port) =>
      error ? reject(error) : resolve(`127.0.0.1:${port}`),
    ),
  );

type Unary = (request: Text, answer: (error: Error | null, response: Text) => void) => ClientUnaryCall;
type Duplex = () => ClientDuplexStream<Append, Appended>;

/** What most of Node.js uses: callbacks and streams, with proto-loader as the codec. */
export const grpcJs: Peer = {
  serve,
  connect(settings, address): Caller {
    const services = loadServices(settings);
    const clientOf = (name: string) => new (serviceOf(services, name))(address, clientCredentials(settings));
    const echoes = clientOf('echo') as unknown as { echo: Unary };
    const analytics = clientOf('analytics') as unknown as { appendEvents: Duplex };
    const acks = new Acks();
    let stream: ClientDuplexStream<Append, Appended> | undefined;
    let sequence = 1;
    const events = loadedEvents(settings);
    return {
      call: (text) =>
        new Promise((resolve, reject) =>
          echoes.echo({ text }, (error, response) => (error ? reject(error) : resolve(response.text))),
        ),
      appender: (batch) => {
        const next = batches(events, batch);
        stream ??= analytics.appendEvents().on('data', () => acks.take());
        return () => {
          stream?.write({ items: { firstSequence: sequence, items: next() } });
          sequence += batch;
          return acks.wait();
        };
      },
    };
  },
};
