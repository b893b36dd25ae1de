import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startPostgresProgram } from '../src/postgres-program.js';
import { freePort } from '../src/tools.js';

describe('the embedded PostgreSQL', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'kelp-postgres-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const start = (port: number) =>
    startPostgresProgram({
      dataDir: join(folder, 'data'),
      port,
      log: join(folder, 'log'),
      durable: false,
      onSpawn: () => {},
    });

  const query = async (port: number, sql: string) => {
    const client = new pg.Client({ connectionString: `postgresql://kelp@127.0.0.1:${port}/postgres` });
    client.on('error', () => undefined);
    await client.connect();
    try {
      return (await client.query(sql)).rows;
    } finally {
      await client.end();
    }
  };

  it('keeps what was committed when it is killed, and starts again', async () => {
    const port = await freePort();
    const first = await start(port);
    await query(port, 'create table kept as select 7 as value');
    process.kill(first.pid, 'SIGKILL');
    await expect(first.exited).resolves.toMatchObject({ signal: 'SIGKILL' });
    const second = await startSoon(() => start(port));
    expect(await query(port, 'select value from kept')).toEqual([{ value: 7 }]);
    await second.stop();
    expect(readFileSync(join(folder, 'log'), 'utf8')).toContain('database system is shut down');
  });

  it('starts where another process has the id that a killed one left behind', async () => {
    const port = await freePort();
    await (await start(port)).stop();
    writeFileSync(join(folder, 'data/postmaster.pid'), `${process.pid}\n${join(folder, 'data')}\n`);
    await (await start(port)).stop();
  });

  /** The killed server's children may need a moment to notice. */
  async function startSoon<T>(attempt: () => Promise<T>): Promise<T> {
    for (let left = 20; ; left--) {
      try {
        return await attempt();
      } catch (error) {
        if (left === 0) throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }
});
