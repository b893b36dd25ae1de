import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

const HEAD_END = Buffer.from('\r\n\r\n');
const LENGTH = /\r\ncontent-length: *(\d+)/i;

/** What was answered. */
export interface Posted {
  requests: number;
  ms: number;
}

/**
 * Posts requests over some connections that stay open, each waiting for its answer, in turn and for a while. As little of
 * an HTTP client as can be: it shares the machine with those that are measured.
 * @throws where an answer is not 200
 */
export async function post(port: number, wire: readonly Buffer[], connections: number, ms: number): Promise<Posted> {
  let [next, requests] = [0, 0];
  const startedAt = performance.now();
  const lane = async () => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    await once(socket, 'connect');
    const answers = new Answers(socket);
    // Whole rounds of all requests, so that each contestant is asked for the same.
    while (performance.now() - startedAt < ms || next % wire.length !== 0) {
      socket.write(wire[next++ % wire.length]!);
      const status = await answers.next();
      if (status !== 200) throw new Error(`A contestant answered ${status}.`);
      requests++;
    }
    socket.destroy();
  };
  await Promise.all(Array.from({ length: connections }, lane));
  return { requests, ms: performance.now() - startedAt };
}

/** The answers on one connection, one at a time. */
class Answers {
  private received = Buffer.alloc(0);
  private waiting: { resolve(status: number): void; reject(error: Error): void } | undefined;

  constructor(socket: Socket) {
    socket.on('data', (bytes) => {
      this.received = this.received.length === 0 ? bytes : Buffer.concat([this.received, bytes]);
      this.look();
    });
    socket.on('error', (error) => this.waiting?.reject(error));
    socket.on('close', () => this.waiting?.reject(new Error('A contestant closed a connection.')));
  }

  next(): Promise<number> {
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject };
    });
  }

  private look(): void {
    const headEnd = this.received.indexOf(HEAD_END);
    if (headEnd === -1) return;
    const head = this.received.toString('latin1', 0, headEnd);
    const end = headEnd + HEAD_END.length + Number(LENGTH.exec(head)?.[1] ?? 0);
    if (this.received.length < end) return;
    this.received = this.received.subarray(end);
    this.waiting?.resolve(Number(head.slice(9, 12)));
  }
}
