import { isAway } from './database-failure.js';

const prisma = (code: string, cause: object = {}) =>
  Object.assign(new Error('said'), { code, meta: { driverAdapterError: { cause } } });

it.each([
  prisma('P1001', { kind: 'DatabaseNotReachable' }),
  prisma('P2010', { kind: 'ConnectionClosed' }),
  prisma('P2010', { kind: 'postgres', originalCode: '57P01' }),
  prisma('P2039', { kind: 'postgres', originalCode: '55000' }),
  prisma('P2010', { kind: 'postgres', originalCode: '57014' }),
  prisma('P2037', { kind: 'TooManyConnections' }),
  new Error('timeout exceeded when trying to connect'),
  new Error('Connection terminated unexpectedly'),
  new Error('Connection terminated due to connection timeout'),
])('takes %p for a database that is away', (error) => {
  expect(isAway(error)).toBe(true);
});

it.each([
  prisma('P1003', { kind: 'DatabaseDoesNotExist', originalCode: '3D000' }),
  prisma('P2002', { kind: 'UniqueConstraintViolation', originalCode: '23505' }),
  prisma('P2010', { kind: 'postgres', originalCode: '42P01' }),
  new TypeError('x is not a function'),
  'text',
  undefined,
])('takes %p for a bug', (error) => {
  expect(isAway(error)).toBe(false);
});
