/** What Prisma's driver says where the server cannot be reached, has gone, or takes nobody in. */
const KINDS = new Set([
  'DatabaseNotReachable',
  'ConnectionClosed',
  'SocketTimeout',
  'TlsConnectionError',
  'TooManyConnections',
  'TransactionAlreadyClosed',
]);

/** PostgreSQL's own words, by class: connection lost, out of resources, somebody stopped it; and what took too long. */
const SQL_STATE = /^(?:08|53|57)/;

/** Prisma's own codes: it waited too long for a connection, or for a transaction to begin. */
const CODES = new Set(['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2028']);

/** What `pg` says in plain errors when a connection breaks or does not come to be. */
const CONNECTION = /connection (terminated|error|timeout)|timeout (exceeded|expired)|not queryable/i;

interface DriverCause {
  readonly kind?: string;
  readonly originalCode?: string;
}

interface PrismaError extends Error {
  readonly code?: string;
  readonly meta?: { readonly driverAdapterError?: { readonly cause?: DriverCause } };
}

/** Whether a failure means that the database is away or overloaded: the same again, later, may work. */
export function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code = '', meta, message } = error as PrismaError;
  const { kind = '', originalCode = '' } = meta?.driverAdapterError?.cause ?? {};
  return KINDS.has(kind) || SQL_STATE.test(originalCode) || CODES.has(code) || CONNECTION.test(message);
}
