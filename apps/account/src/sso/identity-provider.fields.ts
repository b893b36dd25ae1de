import type { IdentityProvider } from '@kelp/contract-account';
import type { FieldViolation } from '@kelp/status';
import { invalidFields } from '../account.errors.js';
import { displayNameViolations, newNameViolations } from '../account.fields.js';
import { roleReference } from '../role/role-reference.js';
import type { ProviderFields } from './identity-provider.repository.js';

const FIELD = 'identity_provider';
const DEFAULT_ROLE = 'roles/viewer';

/** What a new identity provider has. @throws INVALID_FIELDS with all that is wrong */
export function newProvider(
  organization: string,
  provider: IdentityProvider,
): ProviderFields & { clientSecret: string } {
  const { name, displayName, protocol } = provider;
  const secret = protocol?.value.clientSecret ?? '';
  const violations = [
    ...newNameViolations(`${FIELD}.name`, name),
    ...displayNameViolations(`${FIELD}.display_name`, displayName),
    ...protocolViolations(protocol),
    ...(protocol && secret === '' ? [{ field: `${FIELD}.oidc.client_secret`, description: 'Must be set.' }] : []),
  ];
  if (violations.length > 0) throw invalidFields(violations);
  return { ...fieldsOf(organization, provider), clientSecret: secret };
}

/** What a request changes: everything where the mask is empty. @throws INVALID_FIELDS with all that is wrong */
export function changedProvider(
  organization: string,
  provider: IdentityProvider,
  updateMask: readonly string[] = [],
): Partial<ProviderFields> {
  const has = (path: string) => updateMask.length === 0 || updateMask.includes(path);
  const violations = [
    ...(has('display_name') ? displayNameViolations(`${FIELD}.display_name`, provider.displayName) : []),
    ...(has('oidc') ? protocolViolations(provider.protocol) : []),
  ];
  if (violations.length > 0) throw invalidFields(violations);
  const { displayName, issuer, clientId, createUsers, role } = fieldsOf(organization, provider);
  const clientSecret = provider.protocol?.value.clientSecret;
  return {
    ...(has('display_name') && { displayName }),
    ...(has('oidc') && { issuer, clientId, ...(clientSecret && { clientSecret }) }),
    ...(has('create_users') && { createUsers }),
    ...(has('default_role') && { role }),
  };
}

const fieldsOf = (organization: string, { displayName, protocol, createUsers, defaultRole }: IdentityProvider) => ({
  displayName,
  issuer: protocol?.value.issuer ?? '',
  clientId: protocol?.value.clientId ?? '',
  createUsers,
  role: roleReference(organization, defaultRole || DEFAULT_ROLE, `${FIELD}.default_role`),
});

function protocolViolations(protocol: IdentityProvider['protocol']): FieldViolation[] {
  if (!protocol) return [{ field: `${FIELD}.oidc`, description: 'Must be set.' }];
  const { issuer, clientId, clientSecret } = protocol.value;
  return [
    ...(isIssuer(issuer) ? [] : [{ field: `${FIELD}.oidc.issuer`, description: 'Must be an https:// address.' }]),
    ...(isText(clientId) && clientId !== ''
      ? []
      : [{ field: `${FIELD}.oidc.client_id`, description: 'Must be set, without control characters.' }]),
    ...(isText(clientSecret)
      ? []
      : [{ field: `${FIELD}.oidc.client_secret`, description: 'Must be without control characters.' }]),
  ];
}

function isIssuer(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password, search, hash } = new URL(text);
  return protocol === 'https:' && `${username}${password}${search}${hash}` === '';
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const isText = (text: string): boolean => !/[\u0000-\u001f\u007f]/.test(text);
