import { type NameParts, type NamePattern, namePattern } from '@kelp/resource';
import { invalidFields } from './account.errors.js';

export const organizationName = namePattern('organizations/{organization}');
export const workspaceName = namePattern('organizations/{organization}/workspaces/{workspace}');
export const connectionName = namePattern('organizations/{organization}/connections/{connection}');
export const userName = namePattern('organizations/{organization}/users/{user}');
export const sessionName = namePattern('organizations/{organization}/users/{user}/sessions/{session}');
export const teamName = namePattern('organizations/{organization}/teams/{team}');
export const roleName = namePattern('organizations/{organization}/roles/{role}');
export const invitationName = namePattern('organizations/{organization}/invitations/{invitation}');
export const identityProviderName = namePattern('organizations/{organization}/identityProviders/{identityProvider}');
export const domainName = namePattern('organizations/{organization}/domains/{domain}');
export const apiKeyName = namePattern('organizations/{organization}/apiKeys/{apiKey}');

/**
 * The parts of a name in a request.
 * @param field where it stands in the request
 * @throws INVALID_FIELDS where it is not such a name
 */
export function partsOf<P extends string>(pattern: NamePattern<P>, name: string, field: string): NameParts<P> {
  const parts = pattern.parse(name);
  if (!parts) throw invalidFields([{ field, description: `Must have the form ${pattern.pattern}.` }]);
  return parts;
}
