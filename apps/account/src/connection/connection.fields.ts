import type { Connection, FilterRule } from '@kelp/contract-account';
import { Provider } from '@kelp/contract-event';
import type { FieldViolation } from '@kelp/status';
import { invalidFields } from '../account.errors.js';
import { displayNameViolations, newNameViolations, unknownPath } from '../account.fields.js';
import { ruleViolations } from './filter-rules.js';
import { type Proof, proofViolations } from './proof.js';

/** What people can set of a connection, and change. */
export interface ConnectionFields extends Proof {
  displayName: string;
  acceptedTypes: number[];
  knownTemplatesOnly: boolean;
  rules: FilterRule[];
  requestsPerSecondMax: number;
}

/**
 * What a new connection has.
 * @throws INVALID_FIELDS with all that is wrong
 */
export function newFields(connection: Connection): ConnectionFields {
  const { name, provider, displayName, filter } = connection;
  const { verificationKeys, secrets, topicArns, allowedAddresses } = connection;
  const proof = { verificationKeys, secrets, topicArns, allowedAddresses };
  const violations = [
    ...newNameViolations('connection.name', name),
    ...(provider === Provider.UNSPECIFIED ? [{ field: 'connection.provider', description: 'Must be set.' }] : []),
    ...displayNameViolations('connection.display_name', displayName),
    ...proofViolations(provider, proof),
    ...ruleViolations(filter?.rules ?? []),
  ];
  if (violations.length > 0) throw invalidFields(violations);
  const { acceptedTypes = [], knownTemplatesOnly = false, rules = [] } = filter ?? {};
  const { requestsPerSecondMax } = connection;
  return { displayName, ...proof, acceptedTypes, knownTemplatesOnly, rules, requestsPerSecondMax };
}

/**
 * What changes where no mask says so. Secrets only where there are any: what was read can be sent back. Not what clients of
 * 1.0.0 do not know, and would take away.
 */
const allPaths = ({ secrets }: Connection): string[] => [
  'display_name',
  'verification_keys',
  ...(secrets.length > 0 ? ['secrets'] : []),
  'topic_arns',
  'allowed_addresses',
  'filter.accepted_types',
  'filter.known_templates_only',
];

/**
 * What a request changes of a connection.
 * @param provider of the connection as it is: it says what proves its webhooks
 * @param updateMask everything where it is empty
 * @throws INVALID_FIELDS with all that is wrong
 */
export function changedFields(
  connection: Connection,
  provider: Provider,
  updateMask: readonly string[] = [],
): Partial<ConnectionFields> {
  const { displayName, verificationKeys, secrets, topicArns, allowedAddresses } = connection;
  const { acceptedTypes = [], knownTemplatesOnly = false, rules = [] } = connection.filter ?? {};
  const violations: FieldViolation[] = [];
  const fields: Partial<ConnectionFields> = {};
  for (const path of updateMask.length > 0 ? updateMask : allPaths(connection)) {
    switch (path) {
      case 'display_name':
        fields.displayName = displayName;
        violations.push(...displayNameViolations('connection.display_name', displayName));
        break;
      case 'verification_keys':
        fields.verificationKeys = verificationKeys;
        break;
      case 'secrets':
        fields.secrets = secrets;
        break;
      case 'topic_arns':
        fields.topicArns = topicArns;
        break;
      case 'allowed_addresses':
        fields.allowedAddresses = allowedAddresses;
        break;
      case 'filter':
        Object.assign(fields, { acceptedTypes, knownTemplatesOnly, rules });
        break;
      case 'filter.accepted_types':
        fields.acceptedTypes = acceptedTypes;
        break;
      case 'filter.rules':
        fields.rules = rules;
        break;
      case 'requests_per_second_max':
        fields.requestsPerSecondMax = connection.requestsPerSecondMax;
        break;
      case 'filter.known_templates_only':
        fields.knownTemplatesOnly = knownTemplatesOnly;
        break;
      default:
        violations.push(unknownPath(path));
    }
  }
  violations.push(...proofViolations(provider, fields), ...ruleViolations(fields.rules ?? []));
  if (violations.length > 0) throw invalidFields(violations);
  return fields;
}
