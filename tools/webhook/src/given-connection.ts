import { existsSync, readFileSync } from 'node:fs';
import type { AccountContract, Connection, ConnectionChange } from '@kelp/contract-account';
import { Provider } from '@kelp/contract-event';
import { type Client, watch } from '@kelp/rpc';
import { rsaPublicKey, type SampleProof, type SampleProvider, signingKey } from '@kelp/webhook-samples';
import { Problem } from './problem.js';

/** Where private keys may be, of which a connection has the public half. */
export interface KeyFiles {
  /** The file that was named; empty where none was. */
  readonly named: string;
  /** What earlier runs and the demo have left. */
  readonly known: readonly string[];
}

/**
 * The connection with this UUID, as `account` tells those who watch: with its secrets.
 * @throws Problem where there is none, or another provider's
 */
export async function findConnection(
  accounts: Client<typeof AccountContract>,
  { provider, path }: SampleProvider,
  id: string,
): Promise<Connection> {
  await accounts.listOrganizations({ pageSize: 1 }); // a watch waits for a service that is away, and this does not
  let found: Connection | undefined;
  const watching = watch<ConnectionChange>({
    open: (requests, options) => accounts.watchConnections(requests, options),
    apply: async ({ items }) => {
      for (const { name, connection } of items) if (name.endsWith(`/${id}`)) found = connection;
    },
  });
  await watching.synced;
  await watching.close();
  if (!found) throw new Problem(`There is no connection ${id}.`);
  if (found.provider !== provider) {
    throw new Problem(`Connection ${id} is one of ${Provider[found.provider]?.toLowerCase()}, not of ${path}.`);
  }
  return found;
}

/** What signs for a connection. @throws Problem where nothing is known that does */
export function proofOf(connection: Connection, secret: string, { named, known }: KeyFiles): SampleProof {
  const { verificationKeys, secrets, topicArns } = connection;
  if (named !== '') return { verificationKeys, topicArns, secrets, privateKey: readFileSync(named, 'utf8') };
  if (secret !== '') return { verificationKeys, topicArns, secrets: [secret] };
  if (secrets.length > 0) return { verificationKeys, topicArns, secrets };
  for (const file of known) {
    const privateKey = existsSync(file) ? readFileSync(file, 'utf8') : '';
    if (privateKey !== '' && verificationKeys.includes(publicHalf(privateKey))) {
      return { verificationKeys, topicArns, secrets, privateKey };
    }
  }
  throw new Problem(
    'The provider signs with a private key, of which Kelp has the public half only: give it with --key, or leave --to out, to have a connection made.',
  );
}

const publicHalf = (pem: string): string => (/RSA/.test(pem) ? rsaPublicKey(pem) : signingKey(pem).publicKey);
