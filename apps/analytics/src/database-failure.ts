import pg from 'pg';

/**
 * What a failure of PostgreSQL means to whoever asked:
 * - `repeated`: another transaction was in the way; the same again, now, may work
 * - `duplicate`: a row of that key is there already
 * - `no-partition`: the row belongs to a partition that does not exist
 * - `refused`: PostgreSQL cannot store that value
 * - `away`: not now: it is starting, stopping, overloaded or out of reach
 * - `bug`: everything else
 */
export type DatabaseFailure = 'repeated' | 'duplicate' | 'no-partition' | 'refused' | 'away' | 'bug';

const BY_CODE: Record<string, DatabaseFailure> = {
  '23505': 'duplicate',
  '23514': 'no-partition', // a check violation: the tables have no checks of their own
  '40001': 'repeated',
  '40P01': 'repeated',
  '57014': 'away', // timed out
  '57P01': 'away',
  '57P02': 'away',
  '57P03': 'away',
  '25006': 'away', // read only: another server has taken over
};

/** The first two characters of a code: its class. */
const BY_CLASS: Record<string, DatabaseFailure> = {
  '08': 'away', // connection
  '22': 'refused', // data
  '53': 'away', // out of memory, disk or connections
};

/** What `pg` says in plain errors when a connection breaks or does not come to be. */
const CONNECTION = /connection (terminated|error)|timeout (exceeded|expired)|not queryable/i;

/** Node's own codes of sockets, look-ups, streams and TLS. */
const SOCKET = /^(E[A-Z]+|ERR_(STREAM|TLS|SSL|SOCKET)_\w+)$/;

export function failureOf(error: unknown): DatabaseFailure {
  if (error instanceof pg.DatabaseError) {
    const code = error.code ?? '';
    return BY_CODE[code] ?? BY_CLASS[code.slice(0, 2)] ?? 'bug';
  }
  const { code, message } = (error ?? {}) as NodeJS.ErrnoException;
  return SOCKET.test(code ?? '') || CONNECTION.test(message ?? '') ? 'away' : 'bug';
}
