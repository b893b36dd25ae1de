import pg from 'pg';
import { log } from './log.mjs';
import { statement, urlOf } from './postgres.mjs';

const { escapeIdentifier } = pg;

/** Prisma's words for what PostgreSQL or the network said. */
const CODES = { '3D000': 'P1003', ECONNREFUSED: 'P1001', ENOTFOUND: 'P1001', '28P01': 'P1000', 28000: 'P1000' };

const errands = {
  'can-connect-to-database': (url) => statement(url, 'select 1'),
  'create-database': (url) => onServer(url, (name) => `create database ${name}`),
  'drop-database': (url) => onServer(url, (name) => `drop database if exists ${name} with (force)`),
};

const onServer = (url, sql) =>
  statement(urlOf(url, 'postgres'), sql(escapeIdentifier(decodeURIComponent(new URL(url).pathname.slice(1)))));

/**
 * Does one thing to the database that the URL names.
 * @returns the exit code
 */
export async function runErrand(name, url) {
  try {
    if (!errands[name]) throw new Error(`This schema engine has no command "${name}".`);
    await errands[name](url);
    log('INFO', 'Done.');
    return 0;
  } catch (error) {
    process.stderr.write('\n'); // the CLI takes the last line
    log('ERROR', error.message || error.code, { error_code: CODES[error.code] ?? 'P1010', is_panic: false });
    return 1;
  }
}
