import type { AccountContract, Connection } from '@kelp/contract-account';
import type { Client } from '@kelp/rpc';
import { StatusError } from '@kelp/status';
import type { SampleProvider } from '@kelp/webhook-samples';
import { type OwnConnection, readOwn, writeOwn } from './proof-file.js';

type Accounts = Client<typeof AccountContract>;

/** The demo's organization: the same request makes it only once. */
const DEMO = { organization: { displayName: 'Seaside Supplies' }, requestId: '0199a000-0000-7000-8000-000000000001' };

/**
 * The connection of a provider that was made for samples: the one of the last time, or a new one.
 * @param path of the file that remembers it
 */
export async function ownConnection(
  accounts: Accounts,
  provider: SampleProvider,
  path: string,
): Promise<OwnConnection> {
  const last = readOwn(path);
  if (last && (await exists(accounts, last.name))) return last;
  const { name: parent } = await accounts.createOrganization(DEMO);
  const proof = provider.newProof();
  const connection = { ...fieldsOf(provider), ...listsOf(proof) };
  const { name } = await accounts.createConnection({ parent, connection });
  writeOwn(path, { name, proof });
  return { name, proof };
}

/** It keeps everything, so that one sees what one posts. */
const fieldsOf = ({ path, provider }: SampleProvider): Partial<Connection> => ({
  displayName: `Samples of ${path}`,
  provider,
});

const listsOf = ({ verificationKeys, secrets, topicArns }: OwnConnection['proof']) => ({
  verificationKeys: [...verificationKeys],
  secrets: [...secrets],
  topicArns: [...topicArns],
});

async function exists(accounts: Accounts, name: string): Promise<boolean> {
  try {
    await accounts.getConnection({ name });
    return true;
  } catch (error) {
    if (error instanceof StatusError && error.reason === 'CONNECTION_NOT_FOUND') return false;
    throw error;
  }
}
