import { ErrorReason } from '@kelp/contract-template';
import { type FieldViolation, refusals } from '@kelp/status';

const refuse = refusals(ErrorReason, 'template.kelp');

/** How many wrong places of a draft are told at once. */
export const VIOLATIONS_MAX = 100;

/** Violations travel in a trailer, where callers take some tens of kilobytes. */
const VIOLATIONS_LENGTH_MAX = 24 * 1024;
const DESCRIPTION_LENGTH_MAX = 500;

/** How large a rendered message may be, in bytes of UTF-8: 2 MiB. */
export const RENDER_BYTES_MAX = 2 * 1024 * 1024;

/** How large its plain text may be: both fit in an answer of 4 MiB. */
export const TEXT_BYTES_MAX = 1_900_000;

export const invalidMjml = (violations: readonly FieldViolation[]) =>
  refuse.failedPrecondition('INVALID_MJML', 'The draft is not valid MJML.', { violations: fitting(violations) });

export const invalidMergeField = (violations: readonly FieldViolation[]) =>
  refuse.failedPrecondition('INVALID_MERGE_FIELD', 'The draft has wrong merge fields.', {
    violations: fitting(violations),
  });

export const missingMergeFields = (violations: readonly FieldViolation[]) =>
  refuse.invalidArgument('MISSING_MERGE_FIELDS', 'The data lacks merge fields.', { violations: fitting(violations) });

export const renderTooLarge = () =>
  refuse.resourceExhausted('RENDER_TOO_LARGE', `A message has at most ${RENDER_BYTES_MAX} bytes.`, {
    metadata: { bytesMax: String(RENDER_BYTES_MAX) },
  });

export const renderTooComplex = () =>
  refuse.resourceExhausted('RENDER_TOO_COMPLEX', 'The conditions and loops take too many steps with this data.');

/** As many violations as fit, and the number of the rest. */
function fitting(violations: readonly FieldViolation[]): FieldViolation[] {
  const shown: FieldViolation[] = [];
  let length = 0;
  for (const { field, description } of violations) {
    const short = description.slice(0, DESCRIPTION_LENGTH_MAX);
    length += field.length + short.length;
    if (length > VIOLATIONS_LENGTH_MAX) {
      return [...shown, { field, description: `${short} And ${violations.length - shown.length - 1} more.` }];
    }
    shown.push({ field, description: short });
  }
  return shown;
}
