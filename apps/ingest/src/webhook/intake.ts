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
import { type Sorted, sortEvents } from './sort-events.js';

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

  /**
   * A trace begins here: what a sender says of one is not ours to believe. Of what may wait, only what does wait is waited for:
   * most requests are verified at once and have nothing to store, and a small one notices each turn.
   */
  async take(request: WebhookRequest, adapter: ProviderAdapter, connection: KnownConnection): Promise<Taken> {
    const work = traced('webhook', SpanKind.SERVER, undefined, { 'kelp.connection': connection.name });
    try {
      const verifying = connection.verify(request, this.outside);
      const verification = verifying instanceof Promise ? await verifying : verifying;
      const refused = verification.valid
        ? adapter.confirm && (await unconfirmed(adapter.confirm(request, this.outside)))
        : refusal('SIGNATURE_INVALID', verification.message);
      const storing = refused ?? this.store(request, adapter, connection, work.traceparent);
      const taken = storing instanceof Promise ? await storing : storing;
      work.end();
      return taken;
    } catch (error) {
      work.end(error);
      throw error;
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

  /** Decides about everything in a verified request. */
  private store(
    request: WebhookRequest,
    adapter: ProviderAdapter,
    connection: KnownConnection,
    traceparent: string | undefined,
  ): Taken | Promise<Taken> {
    const parsed = adapter.parse(request);
    if (!parsed.valid) return stored(this.bury(parsed.message, request.body, connection));
    const { templates } = this.filter;
    const samples = this.report.samples(connection.id);
    const sorted = sortEvents(parsed.elements, connection, templates, this.builder, request.receivedAtMs, samples);
    if (sorted.kept.length === 0 && sorted.dead.length === 0) return this.accepted(sorted, connection);
    return stored(this.keep(sorted, connection, traceparent));
  }

  private async bury(problem: string, payload: Buffer, connection: KnownConnection): Promise<Taken> {
    await this.deadLetters.put(connection.name, [{ kind: DeadLetterKind.SCHEMA, problem, payload }]);
    return refusal('BODY_INVALID', problem);
  }

  private async keep(sorted: Sorted, connection: KnownConnection, traceparent: string | undefined): Promise<Taken> {
    if (sorted.dead.length > 0) await this.deadLetters.put(connection.name, sorted.dead);
    if (sorted.kept.length > 0) await this.publisher.publish(sorted.kept, traceparent);
    return this.accepted(sorted, connection);
  }

  private accepted(sorted: Sorted, connection: KnownConnection): Taken {
    this.report.events(connection.id, sorted);
    const { kept, dropped, deadCount } = sorted;
    const droppedCount = dropped.type + dropped.template + dropped.rule;
    const message = `${kept.length} kept, ${droppedCount} dropped, ${deadCount} not understood.`;
    return { outcome: 'accepted', message };
  }
}

const refusal = (outcome: Outcome, message: string): Taken => ({ outcome, message });

/** @returns why a request is refused that has to be confirmed; undefined once it is */
async function unconfirmed(confirming: Promise<void>): Promise<Taken | undefined> {
  try {
    await confirming;
    return undefined;
  } catch (error) {
    if (!(error instanceof OutsideUnavailable)) throw error;
    return refusal('CONFIRMATION_FAILED', `It could not be confirmed: ${error.message}`);
  }
}

/** What cannot be stored is refused, so that it is sent again. */
async function stored(storing: Promise<Taken>): Promise<Taken> {
  try {
    return await storing;
  } catch (error) {
    if (!(error instanceof StorageUnavailable || error instanceof QueueUnavailable)) throw error;
    return refusal('QUEUE_UNAVAILABLE', 'Nothing can be stored at the moment: send it again.');
  }
}
