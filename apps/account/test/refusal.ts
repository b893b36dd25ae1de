import { Code, type StatusError } from '@kelp/status';

/** What a refused call tells its caller. */
export const refusal = (code: keyof typeof Code, reason: string, more: Partial<StatusError> = {}) =>
  expect.objectContaining({ name: 'StatusError', code: Code[code], reason, domain: 'account.kelp', ...more });

/** The refusal of a request whose fields are wrong: exactly these. */
export const invalid = (...fields: string[]) =>
  refusal('INVALID_ARGUMENT', 'INVALID_FIELDS', {
    violations: fields.map((field) => expect.objectContaining({ field })),
  });
