import type { CountRecipientsRequest, Dimension } from '@kelp/contract-analytics';
import type { FieldViolation } from '@kelp/status';
import { GROUPINGS, organizationName } from '../metrics/grouping.js';
import { invalidFields } from '../metrics/metrics.errors.js';
import { type ColumnFilter, columnFilter, templateFilters } from '../metrics/metrics-query.js';

const DAY_MS = 86_400_000;
const DAYS_MAX = 366;

/** Whose recipients to count, and what to tell apart. */
export interface RecipientsQuery {
  readonly organizationId: string;
  readonly filters: readonly ColumnFilter[];
  readonly groupBy: readonly Dimension[];
  /** From this day of UTC up to another one, counted from 1970-01-01. */
  readonly fromDay: number;
  readonly toDay: number;
}

/** Reads a request. @throws INVALID_FIELDS */
export function recipientsQuery({
  parent,
  template,
  startTime,
  endTime,
  groupBy,
  ...rest
}: CountRecipientsRequest): RecipientsQuery {
  const violations: FieldViolation[] = [];
  const wrong = (field: string, description: string) => void violations.push({ field, description });
  const organizationId = organizationName.parse(parent)?.organization;
  if (organizationId === undefined)
    throw invalidFields([{ field: 'parent', description: 'Must name an organization.' }]);
  const filters = [...templateFilters(template, organizationId, wrong)];
  for (const [index, filter] of rest.filters.entries()) {
    const grouping = GROUPINGS[filter.dimension];
    if (!grouping) wrong(`filters[${index}].dimension`, 'Must not name a facet.');
    else if (filter.values.length === 0) wrong(`filters[${index}].values`, 'Must have at least one value.');
    else filters.push(columnFilter(filter, index, grouping, organizationId, wrong));
  }
  if (groupBy.some((dimension) => !GROUPINGS[dimension])) wrong('group_by', 'Must not name a facet.');
  const fromDay = Math.floor((startTime?.getTime() ?? Number.NaN) / DAY_MS);
  const toDay = Math.ceil((endTime?.getTime() ?? Number.NaN) / DAY_MS);
  if (Number.isNaN(fromDay)) wrong('start_time', 'Must be a time.');
  if (!(toDay > fromDay && toDay - fromDay <= DAYS_MAX)) {
    wrong('end_time', `Must be after the start time, and make up ${DAYS_MAX} days at the most.`);
  }
  if (violations.length > 0) throw invalidFields(violations);
  return { organizationId, filters, groupBy, fromDay, toDay };
}
