import type { FilterReport, Report as ReportMessage } from '@kelp/contract-ingest';
import { type Queue, QueueUnavailable } from '@kelp/queue';
import { Injectable } from '@nestjs/common';
import type { FilterData } from '../filter/filter-data.js';
import { connectionIdOf } from '../filter/known-connection.js';
import { queueUnavailable } from './report.errors.js';
import { Report } from './report.js';

/** What this process counted, what its filter knows, and what waits in the queue. */
@Injectable()
export class ReportService {
  /** @param known absent in a process that takes no webhooks */
  constructor(
    private readonly report: Report,
    private readonly queue: Queue,
    private readonly known: FilterData | undefined,
  ) {}

  /** @param connection its resource name; all connections where empty */
  async get(connection: string): Promise<ReportMessage> {
    const { waiting, inFlight, oldestAgeMs } = await this.depth();
    const risk = this.report.risks.of(connectionIdOf(connection) ?? '');
    return {
      startTime: this.report.startTime,
      ...this.report.read(connection === '' ? undefined : (connectionIdOf(connection) ?? connection)),
      queueDepth: BigInt(waiting + inFlight),
      queueAgeMs: BigInt(Math.round(oldestAgeMs)),
      connectionsKnown: BigInt(this.known?.connectionsKnown ?? 0),
      templatesKnown: BigInt(this.known?.templates.size ?? 0),
      refusingSince: risk?.refusingSince,
      discardsFrom: risk?.discardsFrom,
    };
  }

  /** @param connection its resource name */
  filter(connection: string): FilterReport {
    const id = connectionIdOf(connection) ?? connection;
    const { eventsReceived, eventsKept } = this.report.read(id);
    return { startTime: this.report.startTime, rules: this.report.dropped(id), eventsReceived, eventsKept };
  }

  private async depth() {
    try {
      return await this.queue.depth();
    } catch (error) {
      if (error instanceof QueueUnavailable) throw queueUnavailable(error);
      throw error;
    }
  }
}
