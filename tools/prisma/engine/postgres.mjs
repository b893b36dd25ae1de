// How the engine reaches PostgreSQL: through Prisma's adapter for `pg`, where the adapter falls short of what a native
// engine does, helped.
import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum } from '@prisma/driver-adapter-utils';
import pg from 'pg';

/** The URL of another database of the same server. */
export function urlOf(url, database) {
  const other = new URL(url);
  other.pathname = `/${encodeURIComponent(database)}`;
  return other.href;
}

/** Runs one statement on a connection of its own. */
export async function statement(url, sql) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

const SINGLE_CHARACTER = 18;
const TEXT = 25;

/** The adapter refuses the catalogs' type `"char"`, which the engine reads to describe a database. */
function withCharacters(adapter) {
  const { queryRaw } = adapter; // the adapter's own
  adapter.queryRaw = async (query) => {
    const characters = [];
    const lenient = Object.create(adapter, {
      performIO: {
        value: async (input) => {
          const result = await adapter.performIO(input);
          for (const [column, field] of result.fields.entries()) {
            if (field.dataTypeID !== SINGLE_CHARACTER) continue;
            characters.push(column);
            field.dataTypeID = TEXT;
          }
          return result;
        },
      },
    });
    const answer = await queryRaw.call(lenient, query);
    for (const column of characters) answer.columnTypes[column] = ColumnTypeEnum.Character;
    return answer;
  };
}

/** The adapter cuts a script at every semicolon, also in the body of a function. */
function withWholeScripts(adapter, pool) {
  adapter.executeScript = async (script) => {
    await pool.query(script).catch((error) => adapter.onError(error));
  };
}

async function connect(url) {
  const pool = new pg.Pool({ connectionString: url });
  const schema = new URL(url).searchParams.get('schema') ?? undefined;
  const adapter = await new PrismaPg(pool, { schema, disposeExternalPool: true }).connect();
  withCharacters(adapter);
  withWholeScripts(adapter, pool);
  return adapter;
}

async function connectToShadow(url) {
  const name = `prisma_migrate_shadow_db_${crypto.randomUUID()}`;
  await statement(urlOf(url, 'postgres'), `create database ${pg.escapeIdentifier(name)}`);
  const adapter = await connect(urlOf(url, name));
  const dispose = adapter.dispose.bind(adapter);
  adapter.dispose = async () => {
    await dispose();
    await statement(urlOf(url, 'postgres'), `drop database if exists ${pg.escapeIdentifier(name)} with (force)`);
  };
  return adapter;
}

/**
 * The connections that the engine asks for: to the database of the URL, and to an empty one on the same server, where it
 * replays migrations.
 */
export function postgresFactory(url) {
  const needed = () => {
    if (!url) throw new Error('Prisma was given no DATABASE_URL.');
    return url;
  };
  return bindMigrationAwareSqlAdapterFactory({
    provider: 'postgres',
    adapterName: '@prisma/adapter-pg',
    connect: async () => connect(needed()),
    connectToShadowDb: async () => connectToShadow(needed()),
  });
}
