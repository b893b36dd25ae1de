import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '@kelp/testing';
import { WatchedTable, Watcher } from './watched-table.js';

describe('writers of a watched table', () => {
  let table: WatchedTable;
  beforeEach(async () => {
    table = await WatchedTable.create();
  });
  afterEach(() => table.drop());

  it('are heard in the order of their commits, whoever began first', async () => {
    const watcher = new Watcher(await table.feed({ pollMs: 10 }));
    await watcher.sync();
    const [early, late] = [await table.pool.connect(), await table.pool.connect()];
    await early.query('begin');
    await table.write(1, 10, early);
    await late.query('begin');
    // Waits: otherwise it could commit a later revision first, and the earlier one would never be read.
    const written = table.write(2, 20, late).then(() => late.query('commit'));
    await sleep(100);
    expect((await table.live()).size).toBe(0);
    await early.query('commit');
    await written;
    await watcher.until((known) => known.size === 2);
    expect(watcher.frames.flatMap(({ items }) => items)).toEqual([{ id: 1, value: 10 }, { id: 2, value: 20 }]); // biome-ignore format: one line
    for (const client of [early, late]) client.release();
  });

  it('leave no gap where one of them rolls back', async () => {
    const watcher = new Watcher(await table.feed());
    await watcher.sync();
    const client = await table.pool.connect();
    await client.query('begin');
    await table.write(1, 10, client);
    const written = table.write(2, 20);
    await client.query('rollback');
    client.release();
    await written;
    await watcher.until((known) => known.has(2));
    expect(watcher.known).toEqual(new Map([[2, 20]]));
  });

  it('cannot delete a row before its watchers could know', async () => {
    await table.write(1, 10);
    await expect(table.pool.query('delete from connections')).rejects.toThrow('set delete_time instead');
  });

  it('do not wait for each other in a circle, statement by statement', async () => {
    await table.fill(1, 50);
    const orders = ['id', 'id desc', 'value', 'random()'];
    const update = (order: string) =>
      table.pool.query(`update connections set value = value + 1 from (select id from connections order by ${order}) o
        where o.id = connections.id`);
    await Promise.all(Array.from({ length: 40 }, (_, n) => update(orders[n % 4]!)));
    expect([...(await table.live()).values()][0]).toBeGreaterThanOrEqual(41);
  });

  it('any number of them at once, with transactions that fail, leave every watcher with the same final state', async () => {
    const feeds = [await table.feed({ pageItems: 7, recentItems: 11 }), await table.feed({ pageItems: 5 })];
    let writing = true;
    const writer = async (seed: number) => {
      const client = await table.pool.connect();
      for (let n = 0; n < 80; n++) {
        await client.query('begin');
        // In the order of ids, as two such transactions would else wait in a circle.
        for (const id of [(seed + n) % 20, 20 + ((seed * n) % 20)]) {
          if ((seed + n) % 4 === 0) await table.delete(id, client);
          else await table.write(id, seed * 1000 + n, client);
        }
        await client.query(n % 5 === 0 ? 'rollback' : 'commit');
      }
      client.release();
    };
    const watching = async (feed: (typeof feeds)[number], reconnects: boolean) => {
      let [token, known] = ['', new Map<number, number>()];
      while (writing) {
        const watcher = new Watcher(feed, token, known);
        for (let frames = 0; writing && (!reconnects || frames < 3); frames++) {
          const last = setTimeout(() => watcher.leave(), 200);
          const frame = await watcher.next();
          clearTimeout(last);
          if (!frame) break;
          [token, known] = [frame.resumeToken, watcher.known];
        }
        watcher.leave();
      }
      const end = new Watcher(feed, token, known);
      await end.sync();
      end.leave();
      return end.known;
    };
    const watchers = feeds.flatMap((feed) => [watching(feed, false), watching(feed, true), watching(feed, true)]);
    await Promise.all([1, 2, 3, 4].map(writer));
    writing = false;
    const live = await table.live();
    for (const known of await Promise.all(watchers)) expect(known).toEqual(live);
  });

  it('are noticed by the poll where the notification is lost', async () => {
    const { rows } = await table.pool.query<{ sql: string }>(
      `select pg_get_functiondef('count_change'::regproc) as sql`,
    );
    await table.pool.query(rows[0]!.sql.replace(/perform pg_notify.*;/, ''));
    const watcher = new Watcher(await table.feed({ pollMs: 50 }));
    await watcher.sync();
    await table.write(1, 10);
    await eventually(() => watcher.until((known) => known.get(1) === 10));
  });
});
