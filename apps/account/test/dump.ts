import pg from 'pg';

/** Everything that a thief of the database has: each row of each table, as text. */
export async function dumpOf(url: string): Promise<string> {
  const sql = new pg.Client({ connectionString: url });
  await sql.connect();
  try {
    const { rows: tables } = await sql.query(
      `select table_name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`,
    );
    const texts = [];
    for (const { table_name } of tables)
      texts.push(...(await sql.query(`select t::text as row from ${sql.escapeIdentifier(table_name)} t`)).rows);
    return texts.map(({ row }) => row).join('\n');
  } finally {
    await sql.end();
  }
}
