import { ErrorReason } from '@kelp/contract-analytics';
import { type FieldViolation, refusals } from '@kelp/status';

const refuse = refusals(ErrorReason, 'analytics.kelp');

export const invalidFields = (violations: FieldViolation[]) =>
  refuse.invalidArgument('INVALID_FIELDS', `Wrong fields: ${violations.map(({ field }) => field).join(', ')}.`, {
    violations,
  });

export const tooManyRows = (rowsMax: number) =>
  refuse.outOfRange('TOO_MANY_ROWS', `The answer has more than ${rowsMax} rows: narrow the query.`, {
    metadata: { rows_max: String(rowsMax) },
  });

export const resumeTokenExpired = () =>
  refuse.outOfRange('RESUME_TOKEN_EXPIRED', 'The resume token is too old; start with an empty one.');

export const tooManyWatches = (queriesMax: number) =>
  refuse.resourceExhausted('TOO_MANY_WATCHES', `More than ${queriesMax} different queries are watched.`, {
    metadata: { queries_max: String(queriesMax) },
  });
