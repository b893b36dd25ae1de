import type { Event } from '@kelp/contract-event';
import { ambiguousMeasureOf, firstsOf, measureOf } from '../metrics/measures.js';
import { CopyEncoder } from './copy-encoder.js';
import type { Dimension } from './dimension.js';
import type { Findings } from './event-rows.js';
import type { Facet } from './facet.js';

/** In the order in which `encode` writes them. */
const COLUMNS =
  'dimension_ids, minutes, measures, counts, facet_dimension_ids, facet_ids, facet_minutes, facet_measures, facet_counts, ' +
  'first_message_ids, first_event_ids, first_kinds, first_dimension_ids, first_minutes, first_facets';
const COLUMN_COUNT = COLUMNS.split(',').length;

export const COPY_COUNTS = `copy count_pending (${COLUMNS}) from stdin (format binary)`;

const MINUTE_US = 60_000_000;
const QUARTER_MINUTES = 15;
/** Leaves room for the measure beside the minute in one exact number. */
const MEASURES = 65_536;

/** Counts by minute and measure, in one number. */
type Counts = Map<number, number>;

/** What some events add to the counts: one row of table count_pending. */
export class CountRows {
  private readonly byDimension = new Map<Dimension, Counts>();
  private readonly byFacet = new Map<Dimension, Map<Facet, Counts>>();
  private readonly firsts: First[] = [];

  add(event: Event, findings: Findings, occurredAtUs: number): void {
    const { dimension, facets, actor } = findings;
    const { type, subType, enhancedStatus, smtpCode, recipientAmbiguous } = event;
    const counted = { type, actor, subType, enhancedStatus, smtpCode, recipientAmbiguous };
    const minute = Math.floor(occurredAtUs / MINUTE_US);
    const measure = measureOf(counted);
    const ambiguous = ambiguousMeasureOf(counted);

    count(countsIn(this.byDimension, dimension), minute, type, measure, ambiguous);
    if (facets.length > 0) {
      const ofDimension = this.byFacet.get(dimension) ?? new Map<Facet, Counts>();
      this.byFacet.set(dimension, ofDimension);
      const quarter = minute - (minute % QUARTER_MINUTES);
      for (const facet of facets) count(countsIn(ofDimension, facet), quarter, type, measure, ambiguous);
    }
    for (const kind of firstsOf(counted)) this.firsts.push({ event, kind, dimension, minute, facets });
  }

  encode(): Buffer {
    const { firsts } = this;
    const row = new CopyEncoder(1024 + firsts.length * 200);
    row.row(COLUMN_COUNT);
    const base: Entry[] = [];
    for (const [dimension, counts] of this.byDimension) entriesOf(base, dimension, undefined, counts);
    row.int8Array(base.map(({ dimension }) => dimension.id));
    writeCounts(row, base);
    const faceted: Entry[] = [];
    for (const [dimension, byFacet] of this.byFacet) {
      for (const [facet, counts] of byFacet) entriesOf(faceted, dimension, facet, counts);
    }
    row.int8Array(faceted.map(({ dimension }) => dimension.id));
    row.int8Array(faceted.map(({ facet }) => facet!.id));
    writeCounts(row, faceted);
    row.uuidArray(firsts.map(({ event }) => event.messageId));
    row.uuidArray(firsts.map(({ event }) => event.eventId));
    row.int2Array(firsts.map(({ kind }) => kind));
    row.int8Array(firsts.map(({ dimension }) => dimension.id));
    row.int4Array(firsts.map(({ minute }) => minute));
    row.textArray(firsts.map(({ facets }) => `{${facets.map(({ idText }) => idText).join()}}`));
    return row.finish();
  }
}

interface First {
  readonly event: Event;
  readonly kind: number;
  readonly dimension: Dimension;
  readonly minute: number;
  readonly facets: readonly Facet[];
}

interface Entry {
  readonly dimension: Dimension;
  readonly facet: Facet | undefined;
  readonly key: number;
  readonly count: number;
}

function countsIn<Key>(map: Map<Key, Counts>, key: Key): Counts {
  const known = map.get(key);
  if (known) return known;
  const counts: Counts = new Map();
  map.set(key, counts);
  return counts;
}

function count(counts: Counts, minute: number, type: number, measure: number, ambiguous: number): void {
  const key = minute * MEASURES;
  add(counts, key + type);
  if (measure !== 0) add(counts, key + measure);
  if (ambiguous !== 0) add(counts, key + ambiguous);
}

const add = (counts: Counts, key: number): void => void counts.set(key, (counts.get(key) ?? 0) + 1);

function entriesOf(into: Entry[], dimension: Dimension, facet: Facet | undefined, counts: Counts): void {
  for (const [key, number] of counts) into.push({ dimension, facet, key, count: number });
}

function writeCounts(row: CopyEncoder, entries: readonly Entry[]): void {
  row.int4Array(entries.map(({ key }) => Math.floor(key / MEASURES)));
  row.int4Array(entries.map(({ key }) => key % MEASURES));
  row.int4Array(entries.map(({ count: number }) => number));
}
