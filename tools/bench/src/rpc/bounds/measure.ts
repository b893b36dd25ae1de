import { setTimeout as sleep } from 'node:timers/promises';
import { Client, credentials, type ServiceError, status } from '@grpc/grpc-js';
import { type StreamingInputCallRequest, TestContract } from '@kelp/contract-grpc';
import type { PeerProcess } from '../peer-process.js';
import { pemOf } from '../peers/pem.js';
import type { Settings } from '../settings.js';
import { makeMessage } from './work.js';

const SLOW_MS = 5_000;
const CANCEL_AFTER_MS = 300;
const WATCH_MS = 1_500;
const CLOSE_WITHIN_MS = 5_000;
/** How many messages the slow handler is offered, at most. */
const OFFERED = 60_000;

/** What a server does when it should hold back, in numbers. */
export interface Bounds {
  /** How much memory grew while a reader did not read, in bytes. */
  readonly slowReaderBytes: number;
  /** How many messages the source was asked for meanwhile. */
  readonly slowReaderMade: number;
  /** How many messages a client could send to a slow handler, and how many of them it had worked on. */
  readonly accepted: number;
  readonly processed: number;
  readonly slowHandlerBytes: number;
  /** How long the handler of a cancelled call went on, in ticks. */
  readonly ticksAfterCancel: number;
  /** How long it took to shut down with a stream open, in milliseconds; undefined where it did not come to an end. */
  readonly closedMs: number | undefined;
}

type Method = keyof (typeof TestContract)['definition']['methods'];

/** A client as anybody might have one: it keeps to flow control, and knows nothing of the server's library. */
export class PlainClient {
  readonly #client: Client;

  constructor(settings: Settings, address: string) {
    const { ca, key, certificate } = pemOf(settings);
    this.#client = new Client(address, credentials.createSsl(ca, key, certificate), {
      'grpc.per_rpc_retry_buffer_size': 65_536,
    });
  }

  /** Opens any kind of call: requests go in, answers come out where they are read. */
  open(method: Method) {
    const { requestType, name } = TestContract.definition.methods[method];
    const serialize = (request: Partial<StreamingInputCallRequest>) =>
      Buffer.from(requestType.encode(requestType.fromPartial(request) as never).finish());
    const path = `/${TestContract.definition.fullName}/${name}`;
    const call = this.#client.makeBidiStreamRequest(path, serialize, (bytes) => bytes);
    return call.on('error', (error: ServiceError) => {
      // Whatever else it is, what is measured is not what is meant.
      if (error.code !== status.CANCELLED && error.code !== status.UNAVAILABLE) throw error;
    });
  }

  close(): void {
    this.#client.close();
  }
}

/** A server that nobody has used yet: what one measure leaves behind must not count in the next one. */
export interface FreshServer {
  readonly server: PeerProcess;
  readonly client: PlainClient;
}

/** Measures a server, from the point of view of a client. @param start starts a server */
export async function bounds(start: () => Promise<FreshServer>): Promise<Bounds> {
  return {
    ...(await slowReader(await start())),
    ...(await slowHandler(await start())),
    ...(await cancelled(await start())),
    ...(await shutDown(await start())),
  };
}

const usageOf = (server: PeerProcess) => server.ask({ ask: 'usage', inUse: true });

async function slowReader({ server, client }: FreshServer) {
  const before = await usageOf(server);
  const unread = client.open('streamingOutputCall');
  unread.end({});
  unread.once('data', () => unread.pause());
  await sleep(SLOW_MS);
  const after = await usageOf(server);
  unread.cancel();
  client.close();
  return { slowReaderBytes: after.heapBytes - before.heapBytes, slowReaderMade: after.counts.made ?? 0 };
}

async function slowHandler({ server, client }: FreshServer) {
  const before = await usageOf(server);
  const call = client.open('streamingInputCall');
  const accepted = await offer(call);
  const after = await usageOf(server);
  call.cancel();
  client.close();
  return { accepted, processed: after.counts.processed ?? 0, slowHandlerBytes: after.heapBytes - before.heapBytes };
}

async function cancelled({ server, client }: FreshServer) {
  const call = client.open('unaryCall');
  call.end({});
  await sleep(CANCEL_AFTER_MS);
  const atCancel = await usageOf(server);
  call.cancel();
  await sleep(WATCH_MS);
  const later = await usageOf(server);
  client.close();
  return { ticksAfterCancel: (later.counts.ticks ?? 0) - (atCancel.counts.ticks ?? 0) };
}

async function shutDown({ server, client }: FreshServer) {
  const open = client.open('fullDuplexCall').resume();
  await sleep(CANCEL_AFTER_MS);
  const timeout = sleep(CLOSE_WITHIN_MS, undefined, { ref: false });
  const closed = await Promise.race([server.ask({ ask: 'close' }), timeout]);
  open.cancel();
  client.close();
  return { closedMs: closed?.ms };
}

/** Sends for a while as fast as flow control allows. @returns how many messages left */
async function offer(call: ReturnType<PlainClient['open']>): Promise<number> {
  const message = makeMessage();
  let accepted = 0;
  const endsAt = performance.now() + SLOW_MS;
  const write = () =>
    new Promise<void>((resolve) => {
      call.write(message, () => {
        accepted++;
        resolve();
      });
    });
  const writing = async () => {
    for (let one = 0; one < OFFERED && performance.now() < endsAt; one++) await write();
  };
  await Promise.race([writing(), sleep(SLOW_MS)]);
  await sleep(Math.max(0, endsAt - performance.now()));
  return accepted;
}
