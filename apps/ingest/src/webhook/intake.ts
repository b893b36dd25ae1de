import { DeadLetterKind } from '@kelp/contract-ingest';
import { QueueUnavailable } from '@kelp/queue';
import { SpanKind, traced } from '@kelp/rpc';
import { Injectable } from '@nestjs/common';
import { DeadLetterRepository } from '../dead-letter/dead-letter.repository.js';
import { EventBuilder } from '../event/canonical-event.js';
import { FilterData } from '../filter/filter-data.js';
import type { KnownConnection } from '../filter/known-connection.js';
import {
  type Outcome,
  type Outside,
  OutsideUnavailable,
  type ProviderAdapter,
  type WebhookRequest,
} from '../providers/provider.js';
import { adapterOf } from '../providers/providers.js';
import { Report } from '../report/report.js';
import { StorageUnavailable } from '../storage-unavailable.js';
import { EventPublisher } from './event-publisher.js';
import { sortEvents } from './sort-events.js';

/** What became of a request: for the provider, and in a sentence for people. */
export interface Taken {
  readonly outcome: Outcome;
  readonly message: string;
}

/**
 * The order of work on one request: verify, confirm, take apart, filter, store, and only then say that it was taken. What is stored
 * is known by its content, so a request that is sent again because the answer was lost changes nothing.
 */
@Injectable()
export class Intake {
  constructor(
    private readonly filter: FilterData,
    private readonly builder: EventBuilder,
    private readonly publisher: EventPublisher,
    private readonly deadLetters: DeadLetterRepository,
    private readonly report: Report,
    private readonly outside: Outside,
  ) {}

  /** A trace begins here: what a sender says of one is not ours to believe. */
  async take(request: WebhookRequest, adapter: ProviderAdapter, connection: KnownConnection): Promise<Taken> {
    const work = traced('webhook', SpanKind.SERVER, undefined, { 'kelp.connection': connection.name });
    try {
      const taken = await this.decide(request, adapter, connection, work.traceparent);
      work.end();
      return taken;
    } catch (error) {
      work.end(error);
      throw error;
    }
  }

  private async decide(
    request: WebhookRequest,
    adapter: ProviderAdapter,
    connection: KnownConnection,
    traceparent: string | undefined,
  ): Promise<Taken> {
    const verifying = connection.verify(request, this.outside);
    // Most verify at once, and a small request notices each turn that it has to wait.
    const verification = verifying instanceof Promise ? await verifying : verifying;
    if (!verification.valid) return { outcome: 'SIGNATURE_INVALID', message: verification.message };
    try {
      if (adapter.confirm) await adapter.confirm(request, this.outside);
    } catch (error) {
      if (!(error instanceof OutsideUnavailable)) throw error;
      return { outcome: 'CONFIRMATION_FAILED', message: `It could not be confirmed: ${error.message}` };
    }
    try {
      return await this.store(request, adapter, connection, traceparent);
    } catch (error) {
      if (!(error instanceof StorageUnavailable || error instanceof QueueUnavailable)) throw error;
      return { outcome: 'QUEUE_UNAVAILABLE', message: 'Nothing can be stored at the moment: send it again.' };
    }
  }

  /**
   * Handles what was verified once and could not be handled then: a body, or one element of one.
   * @returns how many events were queued; undefined where it still cannot be handled
   * @throws QueueUnavailable
   */
  async retake(payload: Buffer, receivedAtMs: number, connection: KnownConnection): Promise<number | undefined> {
    const adapter = adapterOf(connection.provider);
    if (!adapter) return undefined;
    const parse = (body: Buffer) =>
      adapter.parse({ method: 'POST', url: '', headers: {}, rawBody: body, body, receivedAtMs });
    const whole = parse(payload);
    const parsed = whole.valid || !adapter.enclose ? whole : parse(adapter.enclose(payload));
    if (!parsed.valid) return undefined;
    const sorted = sortEvents(parsed.elements, connection, this.filter.templates, this.builder, receivedAtMs);
    if (sorted.deadCount > 0) return undefined;
    await this.publisher.publish(sorted.kept);
    return sorted.kept.length;
  }

  private async store(
    request: WebhookRequest,
    adapter: ProviderAdapter,
    connection: KnownConnection,
    traceparent: string | undefined,
  ): Promise<Taken> {
    const parsed = adapter.parse(request);
    if (!parsed.valid) {
      const { message: problem } = parsed;
      await this.deadLetters.put(connection.name, [{ kind: DeadLetterKind.SCHEMA, problem, payload: request.body }]);
      return { outcome: 'BODY_INVALID', message: problem };
    }
    const { templates } = this.filter;
    const samples = this.report.samples(connection.id);
    const sorted = sortEvents(parsed.elements, connection, templates, this.builder, request.receivedAtMs, samples);
    if (sorted.dead.length > 0) await this.deadLetters.put(connection.name, sorted.dead);
    if (sorted.kept.length > 0) await this.publisher.publish(sorted.kept, traceparent);
    this.report.events(connection.id, sorted);
    const { kept, dropped, deadCount } = sorted;
    const message = `${kept.length} kept, ${dropped.type + dropped.template} dropped, ${deadCount} not understood.`;
    return { outcome: 'accepted', message };
  }
}
