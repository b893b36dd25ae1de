import { setTimeout as sleep } from 'node:timers/promises';
import { Client, credentials } from '@grpc/grpc-js';
import { type StreamingInputCallRequest, TestContract } from '@kelp/contract-grpc';
import type { PeerProcess } from '../peer-process.js';
import { pemOf } from '../peers/pem.js';
import type { Settings } from '../settings.js';
import { message } from './work.js';

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
class PlainClient {
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
    const serialize = (request: StreamingInputCallRequest) =>
      Buffer.from(requestType.encode(request as never).finish());
    const path = `/${TestContract.definition.fullName}/${name}`;
    const call = this.#client.makeBidiStreamRequest(path, serialize, (bytes) => bytes);
    return call.on('error', () => {}); // cancelled, or cut
  }

  close(): void {
    this.#client.close();
  }
}

/** Measures a server, from the point of view of a client. */
export async function bounds(server: PeerProcess, settings: Settings, address: string): Promise<Bounds> {
  const client = new PlainClient(settings, address);
  const usage = () => server.ask({ ask: 'usage' });
  try {
    const idle = await usage();
    const unread = client.open('streamingOutputCall');
    unread.end({ payload: undefined });
    unread.once('data', () => unread.pause());
    await sleep(SLOW_MS);
    const full = await usage();
    unread.cancel();
    await sleep(500);

    const before = await usage();
    const slow = client.open('streamingInputCall');
    const accepted = await offer(slow);
    const after = await usage();
    slow.cancel();

    const cancelled = client.open('unaryCall');
    cancelled.end({ payload: undefined });
    await sleep(CANCEL_AFTER_MS);
    const atCancel = await usage();
    cancelled.cancel();
    await sleep(WATCH_MS);
    const later = await usage();

    const open = client.open('fullDuplexCall').resume();
    await sleep(300);
    const timeout = sleep(CLOSE_WITHIN_MS, undefined, { ref: false });
    const closed = await Promise.race([server.ask({ ask: 'close' }), timeout]);
    open.cancel();
    return {
      slowReaderBytes: full.heapBytes - idle.heapBytes,
      slowReaderMade: full.counts.made ?? 0,
      accepted,
      processed: after.counts.processed ?? 0,
      slowHandlerBytes: after.heapBytes - before.heapBytes,
      ticksAfterCancel: (later.counts.ticks ?? 0) - (atCancel.counts.ticks ?? 0),
      closedMs: closed?.ms,
    };
  } finally {
    client.close();
  }
}

/** Sends for a while as fast as flow control allows. @returns how many messages left */
async function offer(call: ReturnType<PlainClient['open']>): Promise<number> {
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
