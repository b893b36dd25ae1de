import { AccessCache, authenticateKey } from '@kelp/access';
import { ApiKey_Environment as Environment, Permission } from '@kelp/contract-account';
import { connect } from '@kelp/rpc';
import type { Stack } from '@kelp/stack';
import { eventually } from '@kelp/testing';
import type { Outcome } from '../bench.js';
import { quantile } from '../statistics.js';
import { accountOf } from './furnish.js';

const CALLERS = 10;
const KEYS = 100;

/** How long a key still works, somewhere, after its revocation began. */
export async function revocations(stack: Stack, say: (text: string) => void): Promise<Outcome> {
  const { accounts, keys } = accountOf(stack.channel('account'));
  const { name: parent } = await accounts.createOrganization({ organization: { displayName: 'Bench' } });
  const callers = Array.from({ length: CALLERS }, () => {
    const channel = connect({ target: `127.0.0.1:${stack.ports.account}`, service: 'account', tls: stack.tls });
    const { access } = accountOf(channel);
    return { channel, cache: new AccessCache({ open: (requests, options) => access.watchAccess(requests, options) }) };
  });
  const measured: number[] = [];
  try {
    for (const { cache } of callers) await cache.synced;
    say(`revoking ${KEYS} keys, watched by ${CALLERS} callers`);
    for (let n = 0; n < KEYS; n++) {
      const apiKey = { displayName: 'K', environment: Environment.LIVE, permissions: [Permission.TEMPLATES_VIEW] };
      const { apiKey: key, token } = await keys.createApiKey({ parent, apiKey });
      const works = ({ cache }: { cache: AccessCache }) =>
        authenticateKey(cache.graph, `Bearer ${token}`) !== undefined;
      await eventually(() => {
        if (!callers.every(works)) throw new Error('A caller has not heard of the key.');
      });
      const startedAt = performance.now();
      await keys.deleteApiKey({ name: key!.name });
      while (callers.some(works)) await new Promise((resolve) => setImmediate(resolve));
      measured.push(performance.now() - startedAt);
    }
  } finally {
    for (const { channel, cache } of callers) {
      await cache.close();
      channel.close();
    }
  }
  return {
    title: 'From the call that revokes a key until the last caller refuses it',
    measures: [
      { name: 'p50', unit: 'ms' },
      { name: 'p99', unit: 'ms' },
    ],
    contestants: [
      { name: `${CALLERS} callers`, values: { p50: quantile(measured, 0.5), p99: quantile(measured, 0.99) } },
    ],
    notes: [`${KEYS} keys, one after another; the time includes the call itself and its durable commit.`],
  };
}
