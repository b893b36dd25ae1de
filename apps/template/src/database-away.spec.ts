import { isDatabaseAway } from './database-away.js';

const prisma = (code: string, cause: object = {}) =>
  Object.assign(new Error('Invalid invocation'), { code, meta: { driverAdapterError: { cause } } });

describe('a database is away', () => {
  it.each([
    ['when nothing answers there', prisma('P1001', { kind: 'DatabaseNotReachable' })],
    ['when nothing answers a raw query', prisma('P2010', { kind: 'DatabaseNotReachable' })],
    ['when it is shut down', prisma('P2010', { kind: 'postgres', originalCode: '57P01' })],
    ['when it has no connection left', prisma('P2037', { kind: 'TooManyConnections' })],
    ['when a statement takes too long', prisma('P2010', { kind: 'postgres', originalCode: '57014' })],
    ['when the pool has no connection in time', new Error('timeout exceeded when trying to connect')],
    ['when the connection breaks', new Error('Connection terminated unexpectedly')],
  ])('%s', (_when, error) => expect(isDatabaseAway(error)).toBe(true));

  it.each([
    ['when a row is there already', prisma('P2002', { kind: 'UniqueConstraintViolation', originalCode: '23505' })],
    ['when a statement is wrong', prisma('P2010', { kind: 'postgres', originalCode: '42601' })],
    ['when something else failed', new Error('Cannot read properties of undefined')],
    ['when nothing was thrown that tells', 'x'],
  ])('not %s', (_when, error) => expect(isDatabaseAway(error)).toBe(false));
});
