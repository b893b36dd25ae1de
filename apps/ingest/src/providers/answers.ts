import type { Answer, Outcome } from './provider.js';

/**
 * After how many seconds the provider may come again: each goes by its own schedule, but others in between read this.
 */
const LATER = { 'retry-after': '5' };

type Statuses = Readonly<Record<Outcome, number>>;

/**
 * For providers that repeat whatever is not answered with 2xx: then each refusal can say what it is, and none is final. It
 * may be our own mistake: a key not yet known here, a body that a later release can read.
 */
const repeatsAll: Statuses = {
  accepted: 200,
  BODY_INVALID: 400,
  SIGNATURE_INVALID: 401,
  ADDRESS_NOT_ALLOWED: 403,
  CONNECTION_UNKNOWN: 404,
  METHOD_UNKNOWN: 405,
  BODY_TOO_LARGE: 413,
  BODY_UNSUPPORTED: 415,
  QUEUE_UNAVAILABLE: 503,
  NOT_READY: 503,
  CONFIRMATION_FAILED: 503,
  RATE_LIMITED: 429,
};

/**
 * For providers that take 4xx as final: what may be our own mistake is 503. Final is what can only be a mistake of theirs, or is
 * safe as a dead letter.
 */
const repeatsFaults: Statuses = {
  ...repeatsAll,
  SIGNATURE_INVALID: 503,
  ADDRESS_NOT_ALLOWED: 503,
  CONNECTION_UNKNOWN: 503,
  BODY_TOO_LARGE: 503,
  BODY_UNSUPPORTED: 503,
  RATE_LIMITED: 503,
};

/**
 * What each provider is told, in its own vocabulary: whether it sends again is up to this number.
 * `docs/decisions/0007-providers.md` says what each makes of it.
 */
export const statuses = {
  sendgrid: repeatsAll,
  // Ends at 406 alone, which is never said.
  mailgun: repeatsAll,
  postmark: repeatsFaults,
  sparkpost: repeatsAll,
  // SNS takes any 4xx, 429 too, as delivered.
  ses: repeatsFaults,
  mandrill: repeatsAll,
  // Repeats whatever is not exactly 200.
  mailjet: repeatsAll,
  resend: repeatsAll,
  // Holds back everything behind a failure, for an hour after most of 4xx: 503 comes again soonest. What it would hold
  // back for 7 days because of one body is taken, and a dead letter.
  customerio: { ...repeatsFaults, BODY_INVALID: 200 },
  iterable: repeatsFaults,
  braze: repeatsFaults,
} as const satisfies Record<string, Statuses>;

/**
 * How one provider is answered.
 * @param methods those that it uses
 * @param challenge how it proves itself, as `WWW-Authenticate` says it
 */
export function answersOf(
  provider: keyof typeof statuses,
  methods: readonly string[],
  challenge: 'Signature' | 'Basic realm="Kelp"',
): (outcome: Outcome) => Answer {
  const own: Statuses = statuses[provider];
  const headers: Readonly<Record<number, Answer['headers']>> = {
    401: { 'www-authenticate': challenge },
    405: { allow: methods.join(', ') },
    429: LATER,
    503: LATER,
  };
  return (outcome) => {
    const status = own[outcome];
    return headers[status] ? { status, headers: headers[status] } : { status };
  };
}
