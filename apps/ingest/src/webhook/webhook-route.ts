import type { IncomingMessage, ServerResponse } from 'node:http';
import { Injectable } from '@nestjs/common';
import { FilterData } from '../filter/filter-data.js';
import type { KnownConnection } from '../filter/known-connection.js';
import type { Outcome, ProviderAdapter } from '../providers/provider.js';
import { adapterAt } from '../providers/providers.js';
import { Report } from '../report/report.js';
import { answerEarly } from './answers.js';
import { BodyBuffers } from './body-buffers.js';
import { decodeBody, isPlain } from './decode-body.js';
import { Intake, type Taken } from './intake.js';
import type { WebhookLimits } from './limits.js';
import { BodyMemory, type MemoryShare } from './memory.js';
import { readBody } from './read-body.js';
import { senderAddress } from './sender-address.js';

/** The sender left before its request was there: nobody to answer. */
type Gone = { readonly outcome: 'gone' };

const refusal = (outcome: Outcome, message: string): Taken => ({ outcome, message });
const tooLarge = refusal('BODY_TOO_LARGE', 'The body is larger than allowed.');
const busy = refusal('QUEUE_UNAVAILABLE', 'Too much is under way: send it again.');
const tooMany = refusal('RATE_LIMITED', 'The connection takes no more requests a second: send it again later.');
const otherMedia = refusal('BODY_UNSUPPORTED', 'The body is of a media type that this provider does not send.');
const otherEncoding = refusal('BODY_UNSUPPORTED', 'The body is damaged, or compressed in a way that is not supported.');

/** `POST /v1/webhooks/{provider}/{connection}`: reads a request within its limits, and answers it as its provider understands. */
@Injectable()
export class WebhookRoute {
  readonly #memory: BodyMemory;
  readonly #buffers: BodyBuffers;

  constructor(
    private readonly filter: FilterData,
    private readonly intake: Intake,
    private readonly report: Report,
    private readonly limits: WebhookLimits,
    private readonly trustedProxies: number,
  ) {
    this.#memory = new BodyMemory(limits.bodiesBytesMax);
    this.#buffers = new BodyBuffers(limits.idleBytesMax);
  }

  /** Whether webhooks can be decided about. */
  get isReady(): boolean {
    return this.filter.ready;
  }

  /** Whether the request says itself that its body is larger than allowed. */
  isTooLarge(request: IncomingMessage): boolean {
    return Number(request.headers['content-length'] ?? 0) > this.limits.bodyBytesMax;
  }

  /**
   * @param connectionId a UUID, perhaps of no connection
   * @param startedMs when the request began, by `performance.now()`
   */
  async handle(
    request: IncomingMessage,
    response: ServerResponse,
    provider: string,
    connectionId: string,
    startedMs: number,
  ): Promise<void> {
    const adapter = adapterAt(provider);
    if (!adapter) {
      this.report.request('PATH_UNKNOWN', 0);
      const message = `There is no provider "${provider}".`;
      return answerEarly(request, response, { status: 404 }, { reason: 'PATH_UNKNOWN', message });
    }
    const connection = this.filter.connection(connectionId) ?? this.filter.connection(connectionId.toLowerCase());
    const known = connection?.provider === adapter.provider ? connection : undefined;
    const memory = this.#memory.share();
    try {
      const taken = await this.take(request, adapter, known, memory);
      this.report.request(taken.outcome, (performance.now() - startedMs) / 1000, known?.id);
      if (taken.outcome === 'gone') return;
      if (known && taken.outcome === 'accepted') this.report.risks.accepted(known.id);
      else if (known) this.report.risks.refused(known.id, adapter.provider, Date.now());
      const { outcome, message } = taken;
      const said = outcome === 'accepted' ? { message } : { reason: outcome, message };
      const discarding = answerEarly(request, response, adapter.answer(outcome), said);
      if (discarding) await discarding;
    } finally {
      memory.release();
    }
  }

  private async take(
    request: IncomingMessage,
    adapter: ProviderAdapter,
    connection: KnownConnection | undefined,
    memory: MemoryShare,
  ): Promise<Taken | Gone> {
    const { method = '', url = '', headers } = request;
    if (!adapter.methods.includes(method)) {
      return refusal('METHOD_UNKNOWN', `This provider uses ${adapter.methods.join(' and ')}.`);
    }
    if (!this.filter.ready) return refusal('NOT_READY', 'Nothing is known of any connection yet: send it again.');
    if (!connection) return refusal('CONNECTION_UNKNOWN', 'There is no such connection with this provider.');
    const address = senderAddress(request, this.trustedProxies);
    if (!connection.mayComeFrom(address)) {
      return refusal('ADDRESS_NOT_ALLOWED', `The connection takes nothing from ${address || 'an unknown address'}.`);
    }
    if (!connection.rate.take()) return tooMany;
    if (!isOf(adapter.mediaTypes, headers['content-type'])) return otherMedia;
    const receivedAtMs = Date.now();
    const read = await readBody(request, this.limits.bodyBytesMax, memory, this.#buffers);
    if (read === 'gone') return { outcome: 'gone' };
    if (read === 'large') return tooLarge;
    if (read === 'busy') return busy;
    try {
      const encoding = headers['content-encoding'];
      const body = isPlain(encoding) ? read.bytes : await this.decompressed(read.bytes, encoding, memory);
      if ('outcome' in body) return body;
      return await this.intake.take(
        { method, url, headers, rawBody: read.bytes, body, receivedAtMs },
        adapter,
        connection,
      );
    } finally {
      // By now everything that is kept of it is a copy.
      read.release();
    }
  }

  /** The body without its `Content-Encoding`. */
  private async decompressed(body: Buffer, encoding: string, memory: MemoryShare): Promise<Buffer | Taken> {
    const { bodyBytesMax } = this.limits;
    if (!memory.grow(bodyBytesMax)) return busy;
    const decoded = await decodeBody(body, encoding, bodyBytesMax);
    if (decoded === 'large') return tooLarge;
    if (decoded === 'unsupported') return otherEncoding;
    return decoded;
  }
}

/** A request that names no type is taken at its word. */
function isOf(mediaTypes: readonly string[], contentType: string | undefined): boolean {
  if (contentType === undefined || mediaTypes.includes(contentType)) return true;
  const [mediaType = ''] = contentType.split(';', 1);
  return mediaTypes.includes(mediaType.trim().toLowerCase());
}
