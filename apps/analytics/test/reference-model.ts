import { Bucket, type MetricsRow } from '@kelp/contract-analytics';
import type { Event } from '@kelp/contract-event';
import { bytesToUuid } from '@kelp/resource';

const LENGTH_MS: Partial<Record<Bucket, number>> = {
  [Bucket.MINUTE]: 60_000,
  [Bucket.HOUR]: 3_600_000,
  [Bucket.DAY]: 86_400_000,
};

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
      const length = LENGTH_MS[bucket];
      const ms = Number(event.occurredAtUs / 1000n);
      const start = length ? new Date(Math.floor(ms / length) * length).toISOString() : '-';
      const template = event.templateId.length ? bytesToUuid(event.templateId) : '';
      const key = `${start} ${template} ${event.templateVersion} ${event.type}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    return [...counts].map(([key, count]) => `${key} = ${count}`).sort();
  }
}

/** The rows of an answer, in the model's form. */
export const told = (rows: readonly MetricsRow[]): string[] =>
  rows
    .flatMap(({ bucketStartTime, template, version, counts }) =>
      counts.map(({ type, count }) => {
        const start = bucketStartTime ? bucketStartTime.toISOString() : '-';
        return `${start} ${template.split('/').at(-1)} ${version} ${type} = ${count}`;
      }),
    )
    .sort();
