import { AccessCache } from '@kelp/access';
import type { CheckAccessRequest, CheckAccessResponse } from '@kelp/contract-account';
import { callStream } from '@kelp/rpc';
import type { Stack } from '@kelp/stack';
import type { Outcome } from '../bench.js';
import { inAlternation } from '../statistics.js';
import { accountOf, furnish } from './furnish.js';

const ROUNDS = 3;
const CACHED = 500_000;
const STREAMED = 20_000;
const UNARY = 2_000;
const IN_FLIGHT = 64;

/** How many checks a caller makes in a second: from memory, over a call stream, and as calls of their own. */
export async function checkRates(stack: Stack, say: (text: string) => void): Promise<Outcome> {
  const account = accountOf(stack.channel('account'));
  say('making an organization');
  const { questions } = await furnish(account);
  const { access } = account;
  const cache = new AccessCache({ open: (requests, options) => access.watchAccess(requests, options) });
  const stream = callStream<CheckAccessRequest, CheckAccessResponse>({
    open: (requests, options) => access.checkAccessCalls(requests, options),
    idempotent: true,
  });
  const question = (n: number) => questions[(n * 7) % questions.length]!;
  const rate = async (count: number, work: () => Promise<void>) => {
    const startedAt = performance.now();
    const cpuBefore = process.cpuUsage();
    await work();
    const { user, system } = process.cpuUsage(cpuBefore);
    return { checks: (count / (performance.now() - startedAt)) * 1_000, cpu: (user + system) / count };
  };
  try {
    await cache.synced;
    let allowed = 0;
    const contestants = await inAlternation(ROUNDS, {
      'cached at the caller': () => {
        say('cached checks');
        return rate(CACHED, async () => {
          for (let n = 0; n < CACHED; n++) {
            const { principal, permission, resource } = question(n);
            if (cache.check(principal, permission, resource)) allowed++;
          }
        });
      },
      'at the service, over a call stream': () => {
        say('checks over a call stream');
        const ask = (n: number) => stream.call({ ...question(n), explain: false });
        return rate(STREAMED, () => inFlight(STREAMED, IN_FLIGHT, ask));
      },
      'at the service, a call each': () => {
        say('checks as calls');
        return rate(UNARY, () => inFlight(UNARY, IN_FLIGHT, (n) => access.checkAccess(question(n))));
      },
    });
    if (allowed === 0) throw new Error('No check was ever allowed: the bench asks the wrong questions.');
    return {
      title: 'Permission checks',
      measures: [
        { name: 'checks', unit: 'checks/s' },
        { name: 'cpu', unit: 'µs of the caller’s CPU a check' },
      ],
      contestants,
      notes: [
        `${questions.length} different questions about 50 users in 20 nested workspaces; ${IN_FLIGHT} in flight at the service.`,
        'At the service each check sees every change that was answered before it; at the caller it is as fresh as the stream.',
      ],
    };
  } finally {
    await stream.close();
    await cache.close();
  }
}

/** Does work so many times, some of it at once. */
export async function inFlight(count: number, atOnce: number, work: (n: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}
