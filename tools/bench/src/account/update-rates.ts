/* eslint-disable @nx/enforce-module-boundaries -- what is measured is inside of the service, where nobody else may reach */
import { migrate } from '@kelp/database';
import { uuidv7 } from '@kelp/resource';
import type { Stack } from '@kelp/stack';
import pg from 'pg';
import { Database } from '../../../../apps/account/src/database.js';
import { OrganizationRepository } from '../../../../apps/account/src/organization/organization.repository.js';
import type { Outcome } from '../bench.js';
import { inAlternation } from '../statistics.js';
import { inFlight } from './check-rates.js';

const ROUNDS = 5;
const ORGANIZATIONS = 200;
const UPDATES = 1_000;
const IN_FLIGHT = 16;
const CONNECTIONS = 10;
const MIGRATIONS = new URL('../../../apps/account/prisma/migrations', import.meta.url).pathname;

/** Random updates of one row: as the service makes them, and as Prisma does on the same table without any trigger. */
export async function updateRates(stack: Stack, say: (text: string) => void): Promise<Outcome> {
  const plain = await databaseOn(stack, 'kelp_bench_plain', 'alter table organization disable trigger user');
  const kelp = await databaseOn(stack, 'kelp_bench_account');
  const organizations = new OrganizationRepository(kelp.database);
  const rate = async (update: (n: number) => Promise<unknown>) => {
    const startedAt = performance.now();
    await inFlight(UPDATES, IN_FLIGHT, update);
    return { updates: (UPDATES / (performance.now() - startedAt)) * 1_000 };
  };
  const any = (ids: readonly string[], n: number) => ids[(n * 31) % ids.length]!;
  try {
    const contestants = await inAlternation(ROUNDS, {
      'Prisma update': () => {
        say('plain updates');
        return rate((n) =>
          plain.database.organization.update({
            where: { organizationId: any(plain.ids, n) },
            data: { displayName: `N${n}`, etag: uuidv7(), updateTime: new Date() },
          }),
        );
      },
      'Kelp, with audit and isolation': () => {
        say('updates with audit and isolation');
        return rate((n) => organizations.update(any(kelp.ids, n), '', `N${n}`));
      },
    });
    return {
      title: 'Random updates',
      measures: [{ name: 'updates', unit: 'updates/s' }],
      contestants,
      notes: [
        `${ORGANIZATIONS} rows, ${IN_FLIGHT} updates in flight on ${CONNECTIONS} connections, each committed durably.`,
        'Ours also writes an entry of a hash chain, and runs as a role that row-level security holds for.',
      ],
    };
  } finally {
    await plain.database.onApplicationShutdown();
    await kelp.database.onApplicationShutdown();
  }
}

async function databaseOn(stack: Stack, name: string, sql = '') {
  const url = new URL(stack.postgresUrl);
  url.pathname = `/${name}`;
  await migrate(url.href, MIGRATIONS);
  if (sql) {
    const client = new pg.Client({ connectionString: url.href });
    await client.connect();
    await client.query(sql);
    await client.end();
  }
  const database = new Database(url.href, CONNECTIONS);
  const organizations = new OrganizationRepository(database);
  const ids = Array.from({ length: ORGANIZATIONS }, () => uuidv7());
  await inFlight(ids.length, CONNECTIONS, (n) => organizations.create(ids[n]!, `N${n}`));
  return { database, ids };
}
