/** What Prisma says where there is no connection to be had, or none in time. */
const PRISMA = new Set(['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2028', 'P2034', 'P2037']);

/** What PostgreSQL says of itself: connection lost, rolled back for another, out of resources, shutting down or interrupted, no writes here. */
const SQLSTATE = /^(08|40|53|57)|^(25006|55000)$/;

/** What `pg` says, without a code, where a connection breaks or does not come to be. */
const CONNECTION = /^(timeout exceeded when trying to connect|connection terminated)/i;

interface Failure {
  readonly code?: string;
  readonly message?: string;
  readonly meta?: { readonly driverAdapterError?: { readonly cause?: { kind?: string; originalCode?: string } } };
}

/** Whether the database is away or overloaded, so that the same again, later, may work. Anything else is a bug. */
export function isAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code = '', message = '', meta } = error as Failure;
  const { kind, originalCode = '' } = meta?.driverAdapterError?.cause ?? {};
  return PRISMA.has(code) || kind === 'ConnectionClosed' || SQLSTATE.test(originalCode) || CONNECTION.test(message);
}
