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
