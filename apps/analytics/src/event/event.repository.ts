import type { Event } from '@kelp/contract-event';
import { counter, histogram } from '@kelp/telemetry';
import { Database } from '../database.js';
import { failureOf } from '../database-failure.js';
import { COPY_RECIPIENTS } from '../recipients/recipient-rows.js';
import { copyIn } from './copy-in.js';
import { COPY_COUNTS } from './count-rows.js';
import { DimensionRepository } from './dimension.repository.js';
import { COPY_EVENTS, encodeRows } from './event-rows.js';
import { dayOf } from './event-time.js';
import { FacetRepository } from './facet.repository.js';
import { Inspector, RULES_VERSION } from './inspector.js';
import { PartitionRepository } from './partition.repository.js';

/** As many days as one transaction writes to: each takes locks, of which a server has few. */
const DAYS_MAX = 100;
/**
 * Looking for duplicates costs more than storing events, so nobody looks until PostgreSQL meets one. They come in runs,
 * as somebody sends again what was not acknowledged: this many commits then look first.
 */
const SUSPICIOUS_COMMITS = 20;
const ATTEMPTS_MAX = 10;
/** An event that slips in meanwhile is dropped with its day an hour later. */
const HORIZON_FRESH_MS = 60_000;

const stored = counter('kelp_analytics_events_stored_total', 'Events stored.');
const duplicates = counter('kelp_analytics_events_duplicate_total', 'Events that were stored already.');
const expired = counter(
  'kelp_analytics_events_expired_total',
  'Events that came in when they were older than what is kept.',
);
const commitSeconds = histogram('kelp_analytics_commit_seconds', 'How long a commit of events took.');

/** Table event, append only, and what each commit adds to the counts. */
export class EventRepository {
  private readonly inspector = new Inspector();
  private suspicious = 0;
  private horizon = -Infinity;
  private horizonReadMs = -Infinity;

  constructor(
    private readonly database: Database,
    private readonly dimensionRows: DimensionRepository,
    private readonly facetRows: FacetRepository,
    private readonly partitions: PartitionRepository,
  ) {}

  /**
   * Stores events that passed `violationsOf`. One that is stored already changes nothing. Settles after the commit;
   * where it fails, any part of the events may be stored, and the same call again is right.
   */
  async append(events: readonly Event[]): Promise<void> {
    const kept = await this.withoutExpired(events);
    for (const part of byDays(kept)) await this.appendPart(part);
  }

  /** Those that are not older than what is kept: such an event is acknowledged, and not stored, as it would be gone again. */
  private async withoutExpired(events: readonly Event[]): Promise<readonly Event[]> {
    if (Date.now() - this.horizonReadMs > HORIZON_FRESH_MS) {
      this.horizon = await this.partitions.horizon();
      this.horizonReadMs = Date.now();
    }
    const { horizon } = this;
    if (horizon === -Infinity) return events;
    const kept = events.filter(({ eventId }) => dayOf(eventId) >= horizon);
    expired.inc(events.length - kept.length);
    return kept;
  }

  /** Appends events of a few days. */
  private async appendPart(events: readonly Event[]): Promise<void> {
    let rest = events;
    for (let attempt = 1; ; attempt += 1) {
      if (this.suspicious > 0) {
        this.suspicious -= 1;
        rest = await this.withoutDuplicates(rest);
      }
      if (rest.length === 0) return;
      try {
        await this.partitions.ensure(daysOf(rest));
        await this.commit(rest);
        return;
      } catch (error) {
        const failure = failureOf(error);
        if (failure === 'duplicate') this.suspicious = SUSPICIOUS_COMMITS;
        else if (failure === 'no-partition') this.partitions.forget();
        else if (failure !== 'repeated') throw error;
        if (attempt === ATTEMPTS_MAX) throw error;
      }
    }
  }

  private async commit(events: readonly Event[]): Promise<void> {
    const done = commitSeconds.startTimer();
    const { dimensions, facets } = this.inspector;
    const rows = encodeRows(events, RULES_VERSION, (event) => this.inspector.inspect(event));
    const freshDimensions = dimensions.unstored();
    if (freshDimensions.length > 0) {
      await this.dimensionRows.store(freshDimensions);
      dimensions.markStored(freshDimensions);
    }
    const freshFacets = facets.unstored();
    if (freshFacets.length > 0) {
      await this.facetRows.store(freshFacets);
      facets.markStored(freshFacets);
    }
    const copies = [
      { sql: COPY_EVENTS, data: rows.events },
      { sql: COPY_COUNTS, data: rows.counts },
      ...(rows.recipients ? [{ sql: COPY_RECIPIENTS, data: rows.recipients }] : []),
    ];
    await this.database.use((client) => copyIn(client, copies));
    stored.inc(events.length);
    done();
  }

  /** Each event once, and none that is stored. */
  private async withoutDuplicates(events: readonly Event[]): Promise<Event[]> {
    const byId = new Map(events.map((event) => [event.eventId.toString('hex'), event]));
    const known = await this.database.query<{ event_id: string }>(
      'select event_id from event where event_id = any ($1::uuid[])',
      [[...byId.keys()]],
    );
    for (const { event_id } of known) byId.delete(event_id.replaceAll('-', ''));
    duplicates.inc(events.length - byId.size);
    return [...byId.values()];
  }
}

/** The events in parts of at most `DAYS_MAX` days: as a rule one. */
function byDays(events: readonly Event[]): (readonly Event[])[] {
  if (daysOf(events).size <= DAYS_MAX) return [events];
  const days = new Map<number, Event[]>();
  for (const event of events) {
    const day = dayOf(event.eventId);
    const ofDay = days.get(day);
    if (ofDay) ofDay.push(event);
    else days.set(day, [event]);
  }
  const parts: Event[][] = [];
  const groups = [...days.values()];
  for (let day = 0; day < groups.length; day += DAYS_MAX) parts.push(groups.slice(day, day + DAYS_MAX).flat());
  return parts;
}

const daysOf = (events: readonly Event[]) => new Set(events.map(({ eventId }) => dayOf(eventId)));
