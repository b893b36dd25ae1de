import { type Dimension, FunnelSubject, type QueryFunnelRequest } from '@kelp/contract-analytics';
import { EventType } from '@kelp/contract-event';
import type { FieldViolation } from '@kelp/status';
import { GROUPINGS, organizationName } from '../metrics/grouping.js';
import { invalidFields } from '../metrics/metrics.errors.js';
import { type ColumnFilter, templateFilters } from '../metrics/metrics-query.js';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const SPAN_MAX_MS = 31 * DAY_MS;
const WITHIN_HOURS = 7 * 24;
const STEPS: readonly EventType[] = [EventType.DELIVERED, EventType.OPENED, EventType.CLICKED];
/** As the store keeps types. */
const TYPE_MAX = 32_767;

/** Who is followed, and through which steps. */
export interface FunnelQuery {
  readonly organizationId: string;
  readonly filters: readonly ColumnFilter[];
  readonly groupBy: readonly Dimension[];
  readonly steps: readonly number[];
  readonly isHumanOnly: boolean;
  readonly isByRecipient: boolean;
  /** From when to when subjects enter. */
  readonly fromMs: number;
  readonly toMs: number;
  /** How long after that a subject may take its last step. */
  readonly withinMs: number;
}

/** Reads a request. @throws INVALID_FIELDS */
export function funnelQuery(request: QueryFunnelRequest): FunnelQuery {
  const { parent, template, startTime, endTime, groupBy } = request;
  const violations: FieldViolation[] = [];
  const wrong = (field: string, description: string) => void violations.push({ field, description });
  const organizationId = organizationName.parse(parent)?.organization;
  if (organizationId === undefined)
    throw invalidFields([{ field: 'parent', description: 'Must name an organization.' }]);

  const filters = [...templateFilters(template, organizationId, wrong)];
  const fromMs = startTime?.getTime() ?? Number.NaN;
  const toMs = endTime?.getTime() ?? Number.NaN;
  if (Number.isNaN(fromMs)) wrong('start_time', 'Must be a time.');
  if (!(toMs - fromMs > 0 && toMs - fromMs <= SPAN_MAX_MS)) {
    wrong('end_time', 'Must be after the start time, by 31 days at the most.');
  }
  const steps = request.steps.length === 0 ? STEPS : request.steps;
  if (steps.length < 2) wrong('steps', 'Must be at least two.');
  if (steps.some((type) => type < 1 || type > TYPE_MAX)) wrong('steps', 'Must be types of events.');
  if (groupBy.some((dimension) => !GROUPINGS[dimension])) wrong('group_by', 'Must not name a facet.');
  if (violations.length > 0) throw invalidFields(violations);

  return {
    organizationId,
    filters,
    groupBy,
    steps,
    isHumanOnly: request.humanOnly,
    isByRecipient: request.subject === FunnelSubject.RECIPIENT,
    fromMs,
    toMs,
    withinMs: (request.withinHours || WITHIN_HOURS) * HOUR_MS,
  };
}
