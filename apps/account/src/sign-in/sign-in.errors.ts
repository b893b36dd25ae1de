import { refuse } from '../account.errors.js';

/** Unknown, wrong, used, late, suspended: nobody is told which. */
export const signInRefused = () =>
  refuse.unauthenticated('SIGN_IN_REFUSED', 'What was given does not prove who it is.');

export const tooManyAttempts = (retryDelayMs: number) =>
  refuse.resourceExhausted('TOO_MANY_ATTEMPTS', 'There were too many attempts.', { retryDelayMs });

export const tooManyAtOnce = () =>
  refuse.resourceExhausted('TOO_MANY_ATTEMPTS', 'Too many people are signing in.', { retryDelayMs: 2_000 });

/** Unknown, used, late, revoked, suspended: nobody is told which. */
export const sessionEnded = () => refuse.unauthenticated('SESSION_ENDED', 'The refresh token is not one that goes on.');

export const sessionNotFound = (session: string) =>
  refuse.notFound('SESSION_NOT_FOUND', `Session "${session}" does not exist, or has ended.`, { metadata: { session } });

export const totpEnrolled = (user: string) =>
  refuse.failedPrecondition('TOTP_ENROLLED', `"${user}" has an authenticator already.`, { metadata: { user } });

export const totpNotEnrolled = (user: string) =>
  refuse.failedPrecondition('TOTP_NOT_ENROLLED', `"${user}" has no such authenticator.`, { metadata: { user } });
