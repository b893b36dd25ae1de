import pg from 'pg';
import { failureOf } from './database-failure.js';

const said = (code: string) => Object.assign(new pg.DatabaseError('said', 4, 'error'), { code });

it.each([
  ['23505', 'duplicate'],
  ['23514', 'no-partition'],
  ['40P01', 'repeated'],
  ['40001', 'repeated'],
  ['57P01', 'away'],
  ['57P03', 'away'],
  ['53300', 'away'],
  ['08006', 'away'],
  ['22021', 'refused'],
  ['42P01', 'bug'],
])('takes SQLSTATE %s for %s', (code, failure) => {
  expect(failureOf(said(code))).toBe(failure);
});

it.each([
  'Connection terminated unexpectedly',
  'Connection terminated due to connection timeout',
  'timeout exceeded when trying to connect',
  'Client has encountered a connection error and is not queryable',
])('takes "%s" for a database that is away', (message) => {
  expect(failureOf(new Error(message))).toBe('away');
});

it.each(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ENOTFOUND', 'ERR_STREAM_DESTROYED'])(
  'takes %s for a database that is away',
  (code) => {
    expect(failureOf(Object.assign(new Error('said'), { code }))).toBe('away');
  },
);

it('takes anything else for a bug', () => {
  expect([new TypeError('x'), 'text', undefined].map(failureOf)).toEqual(['bug', 'bug', 'bug']);
});
