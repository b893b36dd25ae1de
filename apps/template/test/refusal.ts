import { Code, type StatusError } from '@kelp/status';

/** What a refused call tells its caller. */
export const refusal = (code: keyof typeof Code, reason: string, more: Partial<StatusError> = {}) =>
  expect.objectContaining({ name: 'StatusError', code: Code[code], reason, domain: 'template.kelp', ...more });
