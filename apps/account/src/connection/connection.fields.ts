import type { Connection } from '@kelp/contract-account';
import { Provider } from '@kelp/contract-event';
import type { FieldViolation } from '@kelp/status';
import { invalidFields } from '../account.errors.js';
import { displayNameViolations, newNameViolations, unknownPath } from '../account.fields.js';
import { verificationKeyProblem } from './verification-key.js';

/** What people can set of a connection, and change. */
export interface ConnectionFields {
  displayName: string;
  verificationKeys: string[];
  acceptedTypes: number[];
  knownTemplatesOnly: boolean;
}

/**
 * What a new connection has.
 * @throws INVALID_FIELDS with all that is wrong
 */
export function newFields(connection: Connection): ConnectionFields {
  const { name, provider, displayName, verificationKeys, filter } = connection;
  const violations = [
    ...newNameViolations('connection.name', name),
    ...(provider === Provider.UNSPECIFIED ? [{ field: 'connection.provider', description: 'Must be set.' }] : []),
    ...displayNameViolations('connection.display_name', displayName),
    ...keyViolations(provider, verificationKeys),
  ];
  if (violations.length > 0) throw invalidFields(violations);
  const { acceptedTypes = [], knownTemplatesOnly = false } = filter ?? {};
  return { displayName, verificationKeys, acceptedTypes, knownTemplatesOnly };
}

/**
 * What a request changes of a connection.
 * @param provider of the connection as it is: it says which keys are good
 * @param updateMask everything where it is empty
 * @throws INVALID_FIELDS with all that is wrong
 */
export function changedFields(
  { displayName, verificationKeys, filter }: Connection,
  provider: Provider,
  updateMask: readonly string[] = [],
): Partial<ConnectionFields> {
  const { acceptedTypes = [], knownTemplatesOnly = false } = filter ?? {};
  const violations: FieldViolation[] = [];
  const fields: Partial<ConnectionFields> = {};
  for (const path of updateMask.length > 0 ? updateMask : ['display_name', 'verification_keys', 'filter']) {
    switch (path) {
      case 'display_name':
        fields.displayName = displayName;
        violations.push(...displayNameViolations('connection.display_name', displayName));
        break;
      case 'verification_keys':
        fields.verificationKeys = verificationKeys;
        violations.push(...keyViolations(provider, verificationKeys));
        break;
      case 'filter':
        Object.assign(fields, { acceptedTypes, knownTemplatesOnly });
        break;
      case 'filter.accepted_types':
        fields.acceptedTypes = acceptedTypes;
        break;
      case 'filter.known_templates_only':
        fields.knownTemplatesOnly = knownTemplatesOnly;
        break;
      default:
        violations.push(unknownPath(path));
    }
  }
  if (violations.length > 0) throw invalidFields(violations);
  return fields;
}

function keyViolations(provider: Provider, keys: readonly string[]): FieldViolation[] {
  if (keys.length === 0) return [{ field: 'connection.verification_keys', description: 'Must have at least 1 item.' }];
  return keys.flatMap((key, index) => {
    const description = verificationKeyProblem(provider, key);
    return description ? [{ field: `connection.verification_keys[${index}]`, description }] : [];
  });
}
