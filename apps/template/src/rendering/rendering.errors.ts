import { ErrorReason } from '@kelp/contract-template';
import { type FieldViolation, refusals } from '@kelp/status';

const refuse = refusals(ErrorReason, 'template.kelp');

/** More violations than anybody reads at once would not fit into the trailer that carries them. */
export const VIOLATIONS_MAX = 100;

/** How large a rendered message may be, in bytes of UTF-8: 2 MiB. */
export const RENDER_BYTES_MAX = 2 * 1024 * 1024;

export const invalidMjml = (violations: readonly FieldViolation[]) =>
  refuse.failedPrecondition('INVALID_MJML', 'The draft is not valid MJML.', {
    violations: violations.slice(0, VIOLATIONS_MAX),
  });

export const invalidMergeField = (violations: readonly FieldViolation[]) =>
  refuse.failedPrecondition('INVALID_MERGE_FIELD', 'The draft has wrong merge fields.', {
    violations: violations.slice(0, VIOLATIONS_MAX),
  });

export const missingMergeFields = (violations: FieldViolation[]) =>
  refuse.invalidArgument('MISSING_MERGE_FIELDS', 'The data lacks merge fields.', { violations });

export const renderTooLarge = () =>
  refuse.resourceExhausted('RENDER_TOO_LARGE', `A message has at most ${RENDER_BYTES_MAX} bytes.`, {
    metadata: { bytesMax: String(RENDER_BYTES_MAX) },
  });
