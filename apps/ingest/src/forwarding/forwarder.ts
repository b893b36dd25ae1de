import { setTimeout as sleep } from 'node:timers/promises';
import { Event } from '@kelp/contract-event';
import { DeadLetterKind } from '@kelp/contract-ingest';
import type { Delivery, Queue } from '@kelp/queue';
import { bytesToUuid } from '@kelp/resource';
import { type ItemSender, SpanKind, traced } from '@kelp/rpc';
import type { Logger } from '@kelp/telemetry';
import { type BeforeApplicationShutdown, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { DeadLetterRepository } from '../dead-letter/dead-letter.repository.js';
import { formatConnectionName } from '../filter/known-connection.js';
import { metrics } from '../report/metrics.js';
import { Report } from '../report/report.js';
import { decodeBatch } from './decode-batch.js';
import { isRefusal } from './refusal.js';
import { salvage } from './salvage.js';

/** How many messages are under way at once: enough to fill the stream's window when each holds little. */
const MESSAGES_MAX = 32;
const PAUSE_FIRST_MS = 100;
const PAUSE_MAX_MS = 10_000;
/** How long what is under way may take when the process stops. */
const CLOSE_WITHIN_MS = 5_000;

/**
 * Moves events from the queue into the event store. A message leaves the queue when all of its events are stored or put
 * aside; until then it comes again, here or in another forwarder, and what it changes is the same however often it comes.
 */
@Injectable()
export class Forwarder implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #stop = new AbortController();
  readonly #underWay = new Set<Promise<void>>();
  #running = Promise.resolve();
  /** Who examines refused events now: one message at a time, or a refusal could be about another one's. */
  #examination: Promise<unknown> = Promise.resolve();

  /**
   * @param sender takes what is taken to be right
   * @param quarantine a second stream, for what was refused
   */
  constructor(
    private readonly queue: Queue,
    private readonly sender: ItemSender<Event>,
    private readonly quarantine: ItemSender<Event>,
    private readonly deadLetters: DeadLetterRepository,
    private readonly report: Report,
    private readonly log: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.#running = this.run();
  }

  /** Takes no more messages and finishes those under way; those that do not finish soon go back into the queue. */
  async beforeApplicationShutdown(): Promise<void> {
    this.#stop.abort();
    await this.#running;
    await Promise.all([this.sender.close(CLOSE_WITHIN_MS), this.quarantine.close(CLOSE_WITHIN_MS)]);
    await Promise.all(this.#underWay);
  }

  private async run(): Promise<void> {
    for await (const delivery of this.queue.consume({ prefetch: MESSAGES_MAX, signal: this.#stop.signal })) {
      const work = this.forward(delivery).finally(() => this.#underWay.delete(work));
      this.#underWay.add(work);
    }
  }

  private async forward(delivery: Delivery): Promise<void> {
    const batch = decodeBatch(delivery.body);
    // The requests of one message have traces of their own: this work stands in the first one, and links to them all.
    const traces = batch?.traceparents ?? [];
    const work = traced('forward', SpanKind.CONSUMER, traces[0], { 'kelp.attempt': delivery.attempt }, traces);
    try {
      if (batch) {
        const { events } = batch;
        const wrong = await this.untilDone(() => this.store(events, work.traceparent));
        this.count(events.filter((event) => !wrong.has(event)));
        await delivery.ack();
      } else {
        const problem = 'The queue message is not a batch of events.';
        const letter = { kind: DeadLetterKind.POISON, problem, payload: delivery.body };
        await this.untilDone(() => this.deadLetters.put('', [letter]));
        await delivery.dead(problem);
      }
      work.end();
      metrics.forwardSeconds.observe((Date.now() - delivery.enqueuedAt.getTime()) / 1000);
    } catch (error) {
      work.end(error);
      // It is not settled, so the queue gives it out again.
      if (!this.#stop.signal.aborted) this.log.warn({ err: error, message: delivery.id }, 'A message comes again.');
    }
  }

  /** @returns the events that the store refuses, which are dead letters now; all others are stored */
  private async store(events: readonly Event[], traceparent?: string): Promise<ReadonlySet<Event>> {
    try {
      await this.sender.send(events, traceparent === undefined ? {} : { traceparent });
      return new Set();
    } catch (error) {
      if (!isRefusal(error)) throw error;
    }
    // All that was under way was refused together: who is to blame shows when each message is sent alone.
    const examined = this.#examination.then(() => this.examine(events));
    this.#examination = examined.catch(() => undefined);
    return examined;
  }

  private async examine(events: readonly Event[]): Promise<ReadonlySet<Event>> {
    const wrong = await salvage(events, (part) => this.quarantine.send(part));
    for (const { item, problem } of wrong) {
      const payload = Event.encode(item).finish();
      await this.deadLetters.put(connectionOf(item), [{ kind: DeadLetterKind.SINK, problem, payload }]);
    }
    metrics.dead.inc(wrong.length);
    return new Set(wrong.map(({ item }) => item));
  }

  /**
   * Tries until it works, or the process stops. The stream itself rides out a store that is away; what gets here is for
   * people to mend, such as a certificate, and must not use up the message's attempts.
   */
  private async untilDone<T>(work: () => Promise<T>): Promise<T> {
    const { signal } = this.#stop;
    for (let pauseMs = PAUSE_FIRST_MS; ; pauseMs = Math.min(pauseMs * 2, PAUSE_MAX_MS)) {
      try {
        return await work();
      } catch (error) {
        if (signal.aborted) throw error;
        this.log.error({ err: error }, 'Events cannot be forwarded.');
      }
      await sleep(pauseMs * (0.5 + Math.random()), undefined, { signal });
    }
  }

  private count(events: readonly Event[]): void {
    const counts = new Map<string, number>();
    for (const { connectionId } of events) {
      const id = connectionId.toString('hex');
      counts.set(id, (counts.get(id) ?? 0) + 1);
    }
    for (const [id, count] of counts) this.report.forwarded(bytesToUuid(Buffer.from(id, 'hex')), count);
  }
}

/** Empty where the event does not even say that. */
function connectionOf({ organizationId, connectionId }: Event): string {
  if (organizationId.length !== 16 || connectionId.length !== 16) return '';
  return formatConnectionName({ organization: bytesToUuid(organizationId), connection: bytesToUuid(connectionId) });
}
