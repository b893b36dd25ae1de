import { generateKeyPairSync } from 'node:crypto';
import {
  type ApiKey,
  type Connection,
  type CreateApiKeyResponse,
  ApiKey_Environment as Environment,
  type Organization,
  type Permission,
  type User,
  type Workspace,
} from '@kelp/contract-account';
import { EventType, Provider } from '@kelp/contract-event';
import type { Accounts, Directory, Keys } from './start-account.js';

/** A key as SendGrid shows it. */
export const newKey = (): string =>
  generateKeyPairSync('ec', { namedCurve: 'P-256' })
    .publicKey.export({ format: 'der', type: 'spki' })
    .toString('base64');

export const createOrganization = (accounts: Accounts, displayName = 'Acme'): Promise<Organization> =>
  accounts.createOrganization({ organization: { displayName } });

export const createWorkspace = (
  accounts: Accounts,
  parent: string,
  displayName = 'Growth',
  parentWorkspace = '',
): Promise<Workspace> => accounts.createWorkspace({ parent, workspace: { displayName, parentWorkspace } });

/** What a connection is made of: valid, unless the test says otherwise. */
export const newConnection = (fields: Partial<Connection> = {}) => ({
  displayName: 'Marketing',
  provider: Provider.SENDGRID,
  verificationKeys: [newKey()],
  secrets: [],
  topicArns: [],
  allowedAddresses: [],
  filter: { acceptedTypes: [EventType.OPENED, EventType.CLICKED], knownTemplatesOnly: true, rules: [] },
  requestsPerSecondMax: 0,
  ...fields,
});

export const createConnection = (
  accounts: Accounts,
  parent: string,
  fields: Partial<Connection> = {},
): Promise<Connection> => accounts.createConnection({ parent, connection: newConnection(fields) });

let users = 0;

/** A user of an organization, with an address of their own. */
export const createUser = (directory: Directory, parent: string, fields: Partial<User> = {}): Promise<User> =>
  directory.createUser({
    parent,
    user: { email: `user-${users++}@example.com`, displayName: 'Ann', role: 'roles/editor', ...fields },
  });

/** A key that may do something in an organization, with its token. */
export const createKey = (
  keys: Keys,
  parent: string,
  permissions: Permission[],
  fields: Partial<ApiKey> = {},
): Promise<CreateApiKeyResponse> =>
  keys.createApiKey({ parent, apiKey: { displayName: 'CI', environment: Environment.LIVE, permissions, ...fields } });

/** Calls as whoever has this token. */
export const as = (token: string) => ({ context: { credential: `Bearer ${token}` } });
