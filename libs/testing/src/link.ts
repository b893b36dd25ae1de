import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { Lane } from './lane.js';

export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** A way through a link: from who connects, or back to them. */
export type Direction = 'there' | 'back';

/** A connection's two ends. */
interface Pair {
  readonly client: Socket;
  readonly server: Socket;
  /** The other end is gone without a word: what is sent is swallowed, and nothing comes. */
  vanished: boolean;
}

/**
 * A piece of network that a test can break: it listens on 127.0.0.1 and passes on what comes, over TCP. It also stands for
 * a load balancer, which asks anew for each connection where it goes.
 */
export class Link {
  readonly #pairs = new Set<Pair>();
  readonly #cut = new Set<Direction>();
  #delayMs = 0;
  #damaged = false;

  private constructor(
    private readonly listening: Server,
    private readonly to: () => Endpoint | undefined,
  ) {
    listening.on('connection', (client: Socket) => this.accept(client));
  }

  /** @param to where a new connection goes; where there is nowhere to go, it is reset */
  static async open(to: () => Endpoint | undefined): Promise<Link> {
    const server = createServer();
    const link = new Link(server, to);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return link;
  }

  get port(): number {
    return (this.listening.address() as AddressInfo).port;
  }

  /** How many connections stand. */
  get connections(): number {
    return this.#pairs.size;
  }

  /** Nothing passes in these directions any more, and nobody is told; what was sent comes once the link is healed. */
  cut(...directions: readonly Direction[]): void {
    for (const direction of directions) this.#cut.add(direction);
    for (const pair of this.#pairs) this.steer(pair);
  }

  /** From now on everything takes so much longer, in each direction. */
  delay(ms: number): void {
    this.#delayMs = ms;
  }

  /** From now on a byte of each piece that goes there arrives changed. Only for what is encrypted, which notices. */
  damage(): void {
    this.#damaged = true;
  }

  /** Resets all connections that stand. */
  reset(): void {
    for (const { client, server } of this.#pairs) {
      client.resetAndDestroy();
      server.resetAndDestroy();
    }
  }

  /** All connections that stand lose their other end, and are not told: only who asks notices. New ones are well. */
  vanish(): void {
    for (const pair of this.#pairs) {
      pair.vanished = true;
      pair.server.resetAndDestroy();
    }
  }

  /** Everything passes again, at once, but on connections whose other end has vanished. */
  heal(): void {
    this.#cut.clear();
    this.#delayMs = 0;
    this.#damaged = false;
    for (const pair of this.#pairs) this.steer(pair);
  }

  /** Ends all connections, and takes no more. */
  async close(): Promise<void> {
    const closed = once(this.listening, 'close');
    this.listening.close();
    for (const { client, server } of this.#pairs) {
      client.destroy();
      server.destroy();
    }
    await closed;
  }

  private accept(client: Socket): void {
    client.on('error', () => undefined);
    const endpoint = this.to();
    if (!endpoint) return void client.resetAndDestroy();
    const server = connect(endpoint.port, endpoint.host);
    const pair: Pair = { client, server, vanished: false };
    this.#pairs.add(pair);
    server.on('error', () => undefined);
    for (const socket of [client, server]) socket.setNoDelay(true);
    this.pass(pair, client, server, (data) => (this.#damaged ? changed(data) : data));
    this.pass(pair, server, client, (data) => data);
    client.once('close', () => {
      this.#pairs.delete(pair);
      server.destroy();
    });
    server.once('close', (hadError) => {
      if (pair.vanished) return;
      if (hadError) client.resetAndDestroy();
      else client.end();
    });
    this.steer(pair);
  }

  private pass(pair: Pair, from: Socket, to: Socket, arriving: (data: Buffer) => Buffer): void {
    const lane = new Lane();
    from.on('data', (data: Buffer) => {
      if (pair.vanished) return;
      const piece = arriving(data);
      lane.add(this.#delayMs, () => {
        if (to.destroyed || to.write(piece)) return;
        from.pause();
        to.once('drain', () => this.steer(pair));
      });
    });
    from.on('end', () => {
      if (!pair.vanished) lane.add(this.#delayMs, () => to.end());
    });
  }

  /** What a direction's end says is left unread where the direction is cut. */
  private steer({ client, server }: Pair): void {
    for (const [socket, direction] of [
      [client, 'there'],
      [server, 'back'],
    ] as const) {
      if (this.#cut.has(direction)) socket.pause();
      else socket.resume();
    }
  }
}

function changed(data: Buffer): Buffer {
  const copy = Buffer.from(data);
  const middle = copy.length >> 1;
  copy[middle] = copy[middle]! ^ 0xff;
  return copy;
}
