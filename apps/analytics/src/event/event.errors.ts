import { ErrorReason } from '@kelp/contract-analytics';
import { type FieldViolation, refusals } from '@kelp/status';

const refuse = refusals(ErrorReason, 'analytics.kelp');

/** An answer's trailer has little room: this many are named, the rest is counted. */
const VIOLATIONS_MAX = 20;

export const invalidEvents = (violations: readonly FieldViolation[]) =>
  refuse.invalidArgument('INVALID_EVENT', `Events are wrong in ${violations.length} places; none was stored.`, {
    metadata: { violations: String(violations.length) },
    violations: violations.slice(0, VIOLATIONS_MAX),
  });

/** A safety net: `violationsOf` should know whatever PostgreSQL refuses. */
export const unstorableEvents = (cause: unknown) =>
  refuse.invalidArgument('INVALID_EVENT', 'PostgreSQL cannot store a value of these events; none was stored.', {
    cause,
  });
