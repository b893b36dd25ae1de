import { Bucket, type Dimension, type DimensionFilter, type QueryMetricsRequest } from '@kelp/contract-analytics';
import type { FieldViolation } from '@kelp/status';
import { type FacetKind, facetId } from '../event/facet.js';
import { FACET_LEVELS, LEVELS, type Level } from './counts.js';
import { FACETS, GROUPINGS, type Grouping, organizationName, templateName, versionName } from './grouping.js';
import { invalidFields } from './metrics.errors.js';
import { cover, cutSpan, type Segment } from './time-span.js';
import { type ZoneKind, zoneKind } from './time-zone.js';

/** Lets through what has one of these values. */
export interface ColumnFilter {
  readonly column: string;
  readonly sqlType: Grouping['sqlType'];
  readonly values: readonly (string | number)[];
  readonly orNull: boolean;
}

/** What to count, and what to tell apart. */
export interface MetricsQuery {
  readonly organizationId: string;
  readonly filters: readonly ColumnFilter[];
  /** Which facet's counts, if any, and which of its values: all where undefined. */
  readonly facet: { readonly kind: FacetKind; readonly ids: readonly string[] | undefined } | undefined;
  /** Where the counts are. */
  readonly segments: readonly Segment[];
  /** The unit of the buckets, which the segments are yet to be cut to; undefined where there is one bucket. */
  readonly unit: Unit | undefined;
  readonly timeZone: string;
  readonly groupBy: readonly Dimension[];
}

/** A unit of `date_trunc`, but for the quarter of an hour. */
export type Unit = 'minute' | 'quarter' | 'hour' | 'day' | 'week' | 'month';

const UNIT_OF: Partial<Record<Bucket, Unit>> = {
  [Bucket.MINUTE]: 'minute',
  [Bucket.QUARTER_HOUR]: 'quarter',
  [Bucket.HOUR]: 'hour',
  [Bucket.DAY]: 'day',
  [Bucket.WEEK]: 'week',
  [Bucket.MONTH]: 'month',
};

/** The coarsest roll-up that buckets can be made of. */
function levelFor(unit: Unit, zone: ZoneKind): Level {
  if (unit === 'minute' || unit === 'quarter' || zone === 'quarters') return unit === 'minute' ? 'minute' : 'quarter';
  return unit === 'hour' || zone !== 'utc' ? 'hour' : 'day';
}

/** Reads a request. @throws INVALID_FIELDS */
export function metricsQuery(request: QueryMetricsRequest): MetricsQuery {
  const { parent, template, startTime, endTime, bucket, groupBy } = request;
  const violations: FieldViolation[] = [];
  const wrong = (field: string, description: string) => void violations.push({ field, description });
  const organizationId = organizationName.parse(parent)?.organization;
  if (organizationId === undefined)
    throw invalidFields([{ field: 'parent', description: 'Must name an organization.' }]);

  const filters = [...templateFilters(template, organizationId, wrong)];
  const facet = facetOf(request, wrong);
  for (const [index, filter] of request.filters.entries()) {
    const grouping = GROUPINGS[filter.dimension];
    if (filter.values.length === 0) wrong(`filters[${index}].values`, 'Must have at least one value.');
    if (grouping) filters.push(columnFilter(filter, index, grouping, organizationId, wrong));
  }
  for (const [field, time] of Object.entries({ start_time: startTime, end_time: endTime })) {
    if (time && Number.isNaN(time.getTime())) wrong(field, 'Must be a time.');
  }
  if (request.comparePrevious && !(startTime && endTime)) {
    wrong('compare_previous', 'Needs a start time and an end time.');
  }
  const timeZone = request.timeZone || 'UTC';
  const zone = zoneKind(timeZone);
  if (zone === undefined) wrong('time_zone', 'Must be a time zone that the IANA names.');
  const unit = UNIT_OF[bucket];
  if (facet && unit === 'minute') wrong('bucket', 'Must be a quarter of an hour or longer, with a facet.');
  if (violations.length > 0 || zone === undefined) throw invalidFields(violations);

  const levels = facet ? FACET_LEVELS : LEVELS;
  const span = cutSpan(startTime, endTime, levels[0]!);
  return {
    organizationId,
    filters,
    facet,
    segments: unit ? [{ level: levelFor(unit, zone), ...span }] : cover(span, levels),
    unit,
    timeZone,
    groupBy,
  };
}

/** The same query of as long a time before. */
export function previousOf(request: QueryMetricsRequest): QueryMetricsRequest {
  const { startTime, endTime } = request;
  const lengthMs = endTime!.getTime() - startTime!.getTime();
  return { ...request, startTime: new Date(startTime!.getTime() - lengthMs), endTime: startTime };
}

/** Notes what is wrong with a field. */
export type Wrong = (field: string, description: string) => void;

/** What a template or a version of one lets through. */
export function* templateFilters(template: string, organizationId: string, wrong: Wrong): Generator<ColumnFilter> {
  if (template === '') return;
  const name = versionName.parse(template) ?? templateName.parse(template);
  if (!name) return wrong('template', 'Must name a template or a version of one.');
  if (name.organization !== organizationId) return wrong('template', 'Must belong to the parent.');
  yield { column: 'template_id', sqlType: 'uuid', values: [name.template], orNull: false };
  if ('version' in name) {
    yield { column: 'template_version', sqlType: 'integer', values: [Number(name.version)], orNull: false };
  }
}

/** What a filter of a dimension lets through. */
export function columnFilter(
  { values }: DimensionFilter,
  index: number,
  grouping: Grouping,
  organizationId: string,
  wrong: Wrong,
): ColumnFilter {
  const parsed = values.map((value, place) => {
    const read = grouping.parse(value, organizationId);
    if (read === undefined) wrong(`filters[${index}].values[${place}]`, 'Must be a value of the dimension.');
    return read;
  });
  return {
    column: grouping.columns.at(-1)!,
    sqlType: grouping.sqlType,
    values: parsed.filter((value) => value !== null && value !== undefined),
    orNull: parsed.includes(null),
  };
}

function facetOf({ groupBy, filters }: QueryMetricsRequest, wrong: Wrong): MetricsQuery['facet'] {
  const ofFacets = filters.filter(({ dimension }) => FACETS[dimension] !== undefined);
  const [dimension, ...others] = new Set(
    [...groupBy, ...ofFacets.map((filter) => filter.dimension)].filter((of) => FACETS[of]),
  );
  if (dimension === undefined) return undefined;
  if (others.length > 0) wrong('group_by', 'Must name one facet at the most, and the filters the same one.');
  const kind = FACETS[dimension]!;
  const sets = ofFacets.map(({ values }) => new Set(values.map((value) => String(facetId(kind, value)))));
  const [first, ...rest] = sets;
  return { kind, ids: first && [...first].filter((id) => rest.every((set) => set.has(id))) };
}
