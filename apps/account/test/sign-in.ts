import type { SessionTokens, SignInResponse, User } from '@kelp/contract-account';
import { createUser } from './make-account.js';
import { refusal } from './refusal.js';
import type { RunningAccount } from './start-account.js';

export const password = 'a whale in the fridge';

export const refused = refusal('UNAUTHENTICATED', 'SIGN_IN_REFUSED');
export const tooMany = refusal('RESOURCE_EXHAUSTED', 'TOO_MANY_ATTEMPTS', { retryDelayMs: expect.any(Number) });
export const ended = refusal('UNAUTHENTICATED', 'SESSION_ENDED');
export const credentialInvalid = refusal('UNAUTHENTICATED', 'CREDENTIAL_INVALID');

/** A user who has a password. */
export async function createSigner(service: RunningAccount, parent: string, fields: Partial<User> = {}): Promise<User> {
  const user = await createUser(service.directory, parent, fields);
  await setPassword(service, user.name, password);
  return user;
}

export async function setPassword(service: RunningAccount, user: string, newPassword: string): Promise<void> {
  const { token } = await service.signIn.createPasswordReset({ parent: user });
  await service.signIn.setPassword({ proof: { $case: 'resetToken', value: token }, newPassword });
}

/** What a session's holder has. @throws where it is not a session that has begun */
export function tokensIn({ result }: SignInResponse): SessionTokens {
  if (result?.$case !== 'tokens') throw new Error(`No session has begun: ${result?.$case}.`);
  return result.value;
}

export const challengeIn = ({ result }: SignInResponse): string => {
  if (result?.$case !== 'challenge') throw new Error(`No code is asked for: ${result?.$case}.`);
  return result.value.token;
};
