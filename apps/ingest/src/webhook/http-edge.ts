import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Logger } from '@kelp/telemetry';
import { type BeforeApplicationShutdown, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Report } from '../report/report.js';
import { answer, answerEarly, answerSocket } from './answers.js';
import type { WebhookLimits } from './limits.js';
import { WebhookRoute } from './webhook-route.js';

const WEBHOOK = /^\/v1\/webhooks\/([a-z0-9-]{1,40})\/([0-9a-fA-F-]{36})$/;

const pathOf = (url: string): string => {
  const query = url.indexOf('?');
  return query === -1 ? url : url.slice(0, query);
};

/** The sender closed the connection, in the middle of a request or between two. */
const LEFT: ReadonlySet<string | undefined> = new Set(['ECONNRESET', 'EPIPE', 'HPE_INVALID_EOF_STATE']);

/**
 * The HTTP server that providers post to. It stands straight on Node's server, since for small requests the way through
 * a framework would cost more than the work.
 */
@Injectable()
export class HttpEdge implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #server: Server;
  #closing = false;

  /**
   * @param listenAddress `host:port`; port 0 takes a free one
   * @param draining fires when the process is about to end: clients are sent away, and still answered
   */
  constructor(
    private readonly route: WebhookRoute,
    private readonly report: Report,
    private readonly limits: WebhookLimits,
    private readonly listenAddress: string,
    private readonly draining: AbortSignal,
    private readonly log: Logger,
  ) {
    this.#server = createServer({
      headersTimeout: limits.headersMs,
      requestTimeout: limits.requestMs,
      keepAliveTimeout: limits.keepAliveMs,
      connectionsCheckingInterval: Math.min(1_000, limits.headersMs),
      maxHeaderSize: 16 * 1024,
      noDelay: true,
    });
    this.#server.maxConnections = limits.connectionsMax;
    this.#server.on('request', (request, response) => void this.handle(request, response));
    // Asked before it is sent: a body that is too large need not come at all.
    this.#server.on('checkContinue', (request, response) => {
      if (!this.route.isTooLarge(request)) response.writeContinue();
      void this.handle(request, response);
    });
    this.#server.on('clientError', (error, socket) => this.refuse(error, socket));
  }

  /** Where it listens, with the real port. */
  get address(): string {
    const { address, port } = this.#server.address() as AddressInfo;
    return `${address}:${port}`;
  }

  async onApplicationBootstrap(): Promise<void> {
    const colon = this.listenAddress.lastIndexOf(':');
    this.#server.listen(Number(this.listenAddress.slice(colon + 1)), this.listenAddress.slice(0, colon));
    await once(this.#server, 'listening');
    this.log.info({ address: this.address }, 'Webhooks are taken.');
  }

  /** Takes no new connections, answers what is under way, and closes what is left then. */
  async beforeApplicationShutdown(): Promise<void> {
    this.#closing = true;
    // Also where it never listened: then it fails, which is as good.
    const closed = new Promise<unknown>((resolve) => this.#server.close(resolve));
    // A connection whose answer was under way promised to stay open.
    const idle = setInterval(() => this.#server.closeIdleConnections(), 100);
    const impatience = setTimeout(() => this.#server.closeAllConnections(), this.limits.drainMs);
    await closed;
    clearInterval(idle);
    clearTimeout(impatience);
  }

  private get isLeaving(): boolean {
    return this.#closing || this.draining.aborted;
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const startedMs = performance.now();
    // So that whoever keeps a connection has another one before this one ends, and it does not keep the process.
    if (this.isLeaving) response.setHeader('connection', 'close');
    try {
      const path = pathOf(request.url ?? '');
      const webhook = WEBHOOK.exec(path);
      if (webhook) {
        await this.route.handle(request, response, webhook[1]!, webhook[2]!, startedMs);
      } else if (path === '/healthz') {
        answer(response, { status: 200 }, { message: 'This process lives.' });
      } else if (path === '/readyz') {
        this.answerReadiness(response);
      } else {
        const message = 'Webhooks go to /v1/webhooks/{provider}/{connection}.';
        this.report.request('PATH_UNKNOWN', 0);
        await answerEarly(request, response, { status: 404 }, { reason: 'PATH_UNKNOWN', message });
      }
    } catch (error) {
      this.log.error({ err: error }, 'A webhook request failed.');
      this.report.request('INTERNAL', (performance.now() - startedMs) / 1000);
      // Not 2xx, so it comes again: nothing is lost.
      if (response.headersSent) response.destroy();
      else answer(response, { status: 500 }, { reason: 'INTERNAL', message: 'Internal error.' });
    }
  }

  private answerReadiness(response: ServerResponse): void {
    if (this.route.isReady && !this.isLeaving) answer(response, { status: 200 }, { message: 'Webhooks are taken.' });
    else answer(response, { status: 503 }, { reason: 'NOT_READY', message: 'Webhooks are not taken at the moment.' });
  }

  /** What is not HTTP, or came too slowly. */
  private refuse(error: NodeJS.ErrnoException, socket: Duplex): void {
    if (LEFT.has(error.code) || !socket.writable) {
      socket.destroy();
    } else if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') {
      this.report.request('REQUEST_TIMEOUT', 0);
      answerSocket(socket, 408, { reason: 'REQUEST_TIMEOUT', message: 'The request came too slowly.' });
    } else {
      this.report.request('REQUEST_MALFORMED', 0);
      const status = error.code === 'HPE_HEADER_OVERFLOW' ? 431 : 400;
      answerSocket(socket, status, { reason: 'REQUEST_MALFORMED', message: 'This is not HTTP as it should be.' });
    }
  }
}
