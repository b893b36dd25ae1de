import type { Answer, Outcome } from '../provider.js';

/** After how many seconds SendGrid may come again: it goes by its own schedule, but others in between read this. */
const LATER = { 'retry-after': '5' };

/**
 * What SendGrid is told. It takes 2xx as done and repeats after anything else, at growing intervals, for 24 hours; so a
 * refusal that may be our own mistake (a key not yet known here, a body that a later release can read) is not final.
 */
export const answers: Readonly<Record<Outcome, Answer>> = {
  accepted: { status: 200 },
  BODY_INVALID: { status: 400 },
  SIGNATURE_INVALID: { status: 401, headers: { 'www-authenticate': 'Signature' } },
  CONNECTION_UNKNOWN: { status: 404 },
  METHOD_UNKNOWN: { status: 405, headers: { allow: 'POST' } },
  BODY_TOO_LARGE: { status: 413 },
  BODY_UNSUPPORTED: { status: 415 },
  QUEUE_UNAVAILABLE: { status: 503, headers: LATER },
  NOT_READY: { status: 503, headers: LATER },
};
