import { once } from 'node:events';
import { Agent, request as ask, createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Endpoint } from '@kelp/testing';

/**
 * A gateway as stands before the edges: each request goes to the next pod, over connections that are kept. It tries nothing
 * twice: what it cannot deliver is answered with 502.
 */
export class Gateway {
  readonly #agent = new Agent({ keepAlive: true });

  private constructor(
    private readonly server: Server,
    to: () => Endpoint | undefined,
  ) {
    server.on('request', (incoming, answer) => {
      const endpoint = to();
      if (!endpoint) return answer.writeHead(503).end('There is no pod to take it.');
      const { method, url, headers, socket } = incoming;
      const forwarded = ask({
        ...endpoint,
        agent: this.#agent,
        method,
        path: url,
        headers: { ...headers, connection: 'keep-alive', 'x-forwarded-for': socket.remoteAddress },
      });
      forwarded.on('response', (response) => {
        const { connection: _, ...kept } = response.headers;
        response.pipe(answer.writeHead(response.statusCode!, kept));
      });
      forwarded.on('error', (error) => {
        if (answer.headersSent) answer.destroy();
        else answer.writeHead(502).end(`${endpoint.host}: ${error.message}`);
      });
      return incoming.pipe(forwarded);
    });
  }

  static async open(to: () => Endpoint | undefined): Promise<Gateway> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new Gateway(server, to);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.server.close();
    this.server.closeAllConnections();
    this.#agent.destroy();
    await once(this.server, 'close');
  }
}
