import { Bucket, Metric, type MetricsRow } from '@kelp/contract-analytics';
import { type Event, EventType } from '@kelp/contract-event';
import { bytesToUuid } from '@kelp/resource';

const LENGTH_MS: Partial<Record<Bucket, number>> = {
  [Bucket.MINUTE]: 60_000,
  [Bucket.HOUR]: 3_600_000,
  [Bucket.DAY]: 86_400_000,
};

const UNIQUE_OF: Readonly<Record<number, Metric>> = {
  [EventType.OPENED]: Metric.UNIQUE_OPENED,
  [EventType.CLICKED]: Metric.UNIQUE_CLICKED,
};

/** In which row of an answer an event is counted. */
function placeOf(event: Event, bucket: Bucket): string {
  const length = LENGTH_MS[bucket];
  const ms = Number(event.occurredAtUs / 1000n);
  const start = length ? new Date(Math.floor(ms / length) * length).toISOString() : '-';
  const template = event.templateId.length ? bytesToUuid(event.templateId) : '';
  return `${start} ${template} ${event.templateVersion}`;
}

/** What the store should know, in the simplest words: every event that was sent, once. */
export class ReferenceModel {
  private readonly events = new Map<string, Event>();

  add(events: readonly Event[]): void {
    for (const event of events) this.events.set(bytesToUuid(event.eventId), event);
  }

  ids(): string[] {
    return [...this.events.keys()].sort();
  }

  /** The answer to a query for an organization, with templates and versions told apart, in a comparable form. */
  metrics(organizationId: Buffer, bucket: Bucket): string[] {
    const counts = new Map<string, number>();
    for (const event of this.events.values()) {
      if (!event.organizationId.equals(organizationId)) continue;
      const key = `${placeOf(event, bucket)} ${event.type}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    return [...counts].map(([key, count]) => `${key} = ${count}`).sort();
  }

  /** The same for the first open and the first click of each message. */
  uniques(organizationId: Buffer, bucket: Bucket): string[] {
    const firsts = new Map<string, Event>();
    for (const [id, event] of this.events) {
      if (event.recipientAmbiguous || !(event.type in UNIQUE_OF)) continue;
      const key = `${bytesToUuid(event.messageId)} ${event.type}`;
      const first = firsts.get(key);
      if (!first || id < bytesToUuid(first.eventId)) firsts.set(key, event);
    }
    const counts = new Map<string, number>();
    for (const event of firsts.values()) {
      if (!event.organizationId.equals(organizationId)) continue;
      const key = `${placeOf(event, bucket)} ${UNIQUE_OF[event.type]}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    return [...counts].map(([key, count]) => `${key} = ${count}`).sort();
  }
}

/** The rows of an answer, in the model's form. */
export const told = (rows: readonly MetricsRow[]): string[] =>
  rows.flatMap((row) => row.counts.map(({ type, count }) => `${placeIn(row)} ${type} = ${count}`)).sort();

/** Their unique counts. */
export const toldUniques = (rows: readonly MetricsRow[]): string[] =>
  rows
    .flatMap((row) =>
      row.metrics
        .filter(({ metric }) => Object.values(UNIQUE_OF).includes(metric))
        .map(({ metric, count }) => `${placeIn(row)} ${metric} = ${count}`),
    )
    .sort();

const placeIn = ({ bucketStartTime, template, version }: MetricsRow): string =>
  `${bucketStartTime ? bucketStartTime.toISOString() : '-'} ${template.split('/').at(-1)} ${version}`;
