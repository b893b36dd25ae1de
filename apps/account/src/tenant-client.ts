import { AsyncLocalStorage } from 'node:async_hooks';
import pg from 'pg';

/** Made by a migration: it owns nothing, and row-level security holds for it. */
const TENANT_ROLE = 'kelp_account_tenant';

/** For whom a transaction works, and who asked for that. */
export interface Tenancy {
  readonly organization: string;
  readonly actor: string;
  readonly caller: string;
  readonly requestId: string;
}

/** A transaction that is about to begin. */
interface Beginning extends Tenancy {
  hasBegun: boolean;
}

const beginning = new AsyncLocalStorage<Beginning>();

/**
 * Lets the transaction that `work` begins see and write rows of one organization only, and says who asked for it.
 * @param work is handed a check to make at first: it throws where the transaction began in another way than is known here
 */
export function beginAs<T>(tenancy: Tenancy, work: (requireBegun: () => void) => Promise<T>): Promise<T> {
  const begun: Beginning = { ...tenancy, hasBegun: false };
  return beginning.run(begun, () =>
    work(() => {
      if (!begun.hasBegun) throw new Error('The transaction began as the owner, for whom there are no walls.');
    }),
  );
}

const literal = (text: string): string => pg.escapeLiteral(text);

/** In one round trip: what comes after it finds the role taken on, or finds no transaction. */
const beginOf = ({ organization, actor, caller, requestId }: Tenancy): string =>
  `begin; set local role ${TENANT_ROLE}; select set_config('kelp.organization', ${literal(organization)}, true),
  set_config('kelp.actor', ${literal(actor)}, true), set_config('kelp.caller', ${literal(caller)}, true),
  set_config('kelp.request_id', ${literal(requestId)}, true)`;

type Query = (...given: unknown[]) => Promise<unknown>;

/**
 * A connection on which a transaction begins as the tenant that it is for, where it is for one: Prisma begins
 * transactions by itself, and would need a further round trip.
 */
export class TenantClient extends pg.Client {
  override query = ((...given: unknown[]) => {
    const query = super.query as Query;
    const tenancy = isBegin(given[0]) ? beginning.getStore() : undefined;
    if (!tenancy) return query.apply(this, given);
    const result = query.call(this, beginOf(tenancy));
    tenancy.hasBegun = true;
    return result;
  }) as pg.Client['query'];
}

const isBegin = (query: unknown): boolean => (query as { text?: unknown } | undefined)?.text === 'BEGIN';
