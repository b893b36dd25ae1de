import { Bucket, Dimension, type QueryMetricsRequest } from '@kelp/contract-analytics';
import { namePattern } from '@kelp/resource';
import type { FieldViolation } from '@kelp/status';
import type { Level } from './counts.js';
import { invalidFields } from './metrics.errors.js';
import { cover, cutSpan, type Segment } from './time-span.js';

const organizationName = namePattern('organizations/{organization}');
export const templateName = namePattern('organizations/{organization}/templates/{template}');
const versionName = namePattern('organizations/{organization}/templates/{template}/versions/{version}');

/** What to count, and what to tell apart. */
export interface MetricsQuery {
  readonly organizationId: string;
  /** All templates where absent. */
  readonly templateId: string | undefined;
  /** All versions where absent. */
  readonly version: number | undefined;
  /** Where the counts are. */
  readonly segments: readonly Segment[];
  readonly byBucket: boolean;
  readonly byTemplate: boolean;
  readonly byVersion: boolean;
}

const LEVEL_OF: Partial<Record<Bucket, Level>> = {
  [Bucket.MINUTE]: 'minute',
  [Bucket.HOUR]: 'hour',
  [Bucket.DAY]: 'day',
};

/** Reads a request. @throws INVALID_FIELDS */
export function metricsQuery(request: QueryMetricsRequest): MetricsQuery {
  const { parent, template, startTime, endTime, bucket, groupBy } = request;
  const organizationId = organizationName.parse(parent)?.organization;
  const filter = template === '' ? undefined : (versionName.parse(template) ?? templateName.parse(template));
  const violations: FieldViolation[] = [];
  if (organizationId === undefined) violations.push({ field: 'parent', description: 'Must name an organization.' });
  if (template !== '' && filter === undefined) {
    violations.push({ field: 'template', description: 'Must name a template or a version of one.' });
  } else if (filter && filter.organization !== organizationId) {
    violations.push({ field: 'template', description: 'Must belong to the parent.' });
  }
  for (const [field, time] of Object.entries({ start_time: startTime, end_time: endTime })) {
    if (time && Number.isNaN(time.getTime())) violations.push({ field, description: 'Must be a time.' });
  }
  if (organizationId === undefined || violations.length > 0) throw invalidFields(violations);

  const level = LEVEL_OF[bucket];
  const span = cutSpan(startTime, endTime, level ?? 'minute');
  return {
    organizationId,
    templateId: filter?.template,
    version: filter && 'version' in filter ? Number(filter.version) : undefined,
    segments: level ? [{ level, ...span }] : cover(span),
    byBucket: level !== undefined,
    byTemplate: groupBy.length > 0,
    byVersion: groupBy.includes(Dimension.VERSION),
  };
}
