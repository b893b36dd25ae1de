import { Event } from '@kelp/contract-event';
import { DeadLetterKind, type ReplayDeadLettersRequest, type ReplayDeadLettersResponse } from '@kelp/contract-ingest';
import { type Queue, QueueUnavailable } from '@kelp/queue';
import { Injectable } from '@nestjs/common';
import type { FilterData } from '../filter/filter-data.js';
import { connectionIdOf } from '../filter/known-connection.js';
import { decodeBatch } from '../forwarding/decode-batch.js';
import { queueUnavailable } from '../report/report.errors.js';
import type { EventPublisher } from '../webhook/event-publisher.js';
import type { Intake } from '../webhook/intake.js';
import { notAnEdge } from './dead-letter.errors.js';
import { DeadLetterRepository, PAYLOAD_BYTES_MAX, type StoredLetter } from './dead-letter.repository.js';

const PAGE = 100;

/** What a process with the role `edge` has, and a replay needs. */
export interface ReplayMeans {
  readonly filter: FilterData;
  readonly intake: Intake;
  readonly publisher: EventPublisher;
}

/**
 * Handles dead letters once more. A letter is forgotten only when what it holds is durable, and whatever a broken replay
 * repeats is known by its content: so it can be called as often as one likes, also twice at once.
 */
@Injectable()
export class ReplayService {
  /** @param means absent in a process that takes no webhooks */
  constructor(
    private readonly deadLetters: DeadLetterRepository,
    private readonly queue: Queue,
    private readonly means: ReplayMeans | undefined,
  ) {}

  /** @param signal ends it between two letters */
  async *replay(
    { kind, connection, names }: ReplayDeadLettersRequest,
    signal: AbortSignal,
  ): AsyncGenerator<ReplayDeadLettersResponse> {
    const { means } = this;
    if (!means) throw notAnEdge();
    const selection = { kind, connection, ids: names.map((name) => name.replace('deadLetters/', '')) };
    const until = new Date(); // what fails again becomes a letter again, which is not for this replay
    const progress = { replayed: 0n, remaining: 0n, eventsKept: 0n };
    for (let after = ''; !signal.aborted; ) {
      const letters = await this.deadLetters.oldest(selection, after, until, PAGE);
      const handled: string[] = [];
      for (const letter of letters) {
        if (signal.aborted) break;
        const kept = await this.handle(letter, means);
        if (kept === undefined) {
          progress.remaining++;
        } else {
          handled.push(letter.deadLetterId);
          progress.replayed++;
          progress.eventsKept += BigInt(kept);
        }
        after = letter.deadLetterId;
      }
      await this.deadLetters.remove(handled);
      yield { ...progress };
      if (letters.length < PAGE) return;
    }
  }

  /**
   * @returns how many events were queued; undefined where it cannot be handled now, either
   * @throws QUEUE_UNAVAILABLE
   */
  private async handle(letter: StoredLetter, means: ReplayMeans): Promise<number | undefined> {
    try {
      return await this.tryOnce(letter, means);
    } catch (error) {
      throw error instanceof QueueUnavailable ? queueUnavailable(error) : error;
    }
  }

  private async tryOnce(letter: StoredLetter, means: ReplayMeans): Promise<number | undefined> {
    const payload = Buffer.from(letter.payload);
    if (payload.length === PAYLOAD_BYTES_MAX) return undefined; // it was cut
    if (letter.kind === DeadLetterKind.POISON || letter.kind === DeadLetterKind.SINK) {
      return this.publishAgain(payload, letter, means);
    }
    const connection = means.filter.connection(connectionIdOf(letter.connection) ?? '');
    if (!connection) return undefined;
    return means.intake.retake(payload, letter.createTime.getTime(), connection);
  }

  private async publishAgain(payload: Buffer, { connection }: StoredLetter, { publisher }: ReplayMeans) {
    // What the queue put aside itself goes back from there, so that it does not turn up here again.
    if (connection === '' && (await this.returnToQueue(payload))) return decodeBatch(payload)?.events.length ?? 0;
    const events = connection === '' ? decodeBatch(payload)?.events : eventOf(payload);
    if (!events) return undefined;
    await publisher.publish(events);
    return events.length;
  }

  private async returnToQueue(body: Buffer): Promise<boolean> {
    if (!decodeBatch(body)) return false;
    for (let after: string | undefined; ; ) {
      const messages = await this.queue.listDead({ limit: PAGE, ...(after && { after }) });
      const found = messages.find((message) => body.equals(message.body));
      if (found) return (await this.queue.returnDead([found.id])) > 0;
      after = messages.at(-1)?.id;
      if (messages.length < PAGE) return false;
    }
  }
}

function eventOf(payload: Buffer): Event[] | undefined {
  try {
    return [Event.decode(payload)];
  } catch {
    return undefined; // of a release that wrote them differently
  }
}
