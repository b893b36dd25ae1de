import { generateKeyPairSync } from 'node:crypto';
import type { Connection, Organization, Workspace } from '@kelp/contract-account';
import { EventType, Provider } from '@kelp/contract-event';
import type { Accounts } from './start-account.js';

/** A key as SendGrid shows it. */
export const newKey = (): string =>
  generateKeyPairSync('ec', { namedCurve: 'P-256' })
    .publicKey.export({ format: 'der', type: 'spki' })
    .toString('base64');

export const createOrganization = (accounts: Accounts, displayName = 'Acme'): Promise<Organization> =>
  accounts.createOrganization({ organization: { displayName } });

export const createWorkspace = (accounts: Accounts, parent: string, displayName = 'Growth'): Promise<Workspace> =>
  accounts.createWorkspace({ parent, workspace: { displayName } });

/** What a connection is made of: valid, unless the test says otherwise. */
export const newConnection = (fields: Partial<Connection> = {}) => ({
  displayName: 'Marketing',
  provider: Provider.SENDGRID,
  verificationKeys: [newKey()],
  secrets: [],
  topicArns: [],
  allowedAddresses: [],
  filter: { acceptedTypes: [EventType.OPENED, EventType.CLICKED], knownTemplatesOnly: true },
  ...fields,
});

export const createConnection = (
  accounts: Accounts,
  parent: string,
  fields: Partial<Connection> = {},
): Promise<Connection> => accounts.createConnection({ parent, connection: newConnection(fields) });
