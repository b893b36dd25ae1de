import { eventually } from '@kelp/testing';
import { ResumeTokenExpired } from '../src/index.js';
import { WatchedTable, Watcher } from './watched-table.js';

describe('a change feed', () => {
  let table: WatchedTable;
  beforeEach(async () => {
    table = await WatchedTable.create();
  });
  afterEach(() => table.drop());

  it('says of an empty table that it is empty', async () => {
    const watcher = new Watcher(await table.feed());
    expect(await watcher.next()).toMatchObject({ items: [], resumeToken: expect.any(String), synced: true });
  });

  it('shows what is there in bounded pages, without what is gone, and says at the end that this is all', async () => {
    await table.fill(1, 25);
    await table.delete(3);
    const watcher = new Watcher(await table.feed({ pageItems: 10 }));
    await watcher.sync();
    expect(watcher.frames.map(({ items, synced }) => [items.length, synced])).toEqual([
      [10, false],
      [10, false],
      [4, true],
    ]);
    expect(watcher.known).toEqual(await table.live());
    expect(watcher.frames.flatMap(({ items }) => items)).not.toContainEqual({ id: 3 });
  });

  it('tells of each change and each end as it happens', async () => {
    await table.write(1, 10);
    const watcher = new Watcher(await table.feed());
    await watcher.sync();
    await table.write(1, 11);
    expect((await watcher.next())?.items).toEqual([{ id: 1, value: 11 }]);
    await table.delete(1);
    expect(await watcher.next()).toMatchObject({ items: [{ id: 1 }], synced: true });
  });

  it('says at once to who comes back and missed nothing that it is up to date', async () => {
    await table.write(1, 10);
    const feed = await table.feed();
    const { resumeToken } = await new Watcher(feed).sync();
    expect(await new Watcher(feed, resumeToken).next()).toMatchObject({ items: [], synced: true });
  });

  it('knows what was committed before the watch began', async () => {
    const feed = await table.feed();
    for (let id = 1; id <= 20; id++) {
      await table.write(id, id);
      const watcher = new Watcher(feed);
      await watcher.sync();
      expect(watcher.known.get(id)).toBe(id);
      watcher.leave();
    }
  });

  it('goes on from a token in another process', async () => {
    const [one, other] = [await table.feed(), await table.feed()];
    const first = new Watcher(one);
    const { resumeToken } = await first.sync();
    await table.write(1, 10);
    await first.next();
    await table.write(2, 20);
    const second = new Watcher(other, resumeToken);
    await second.sync();
    expect(second.known).toEqual(new Map([[1, 10], [2, 20]])); // biome-ignore format: a table
  });

  it('leads to the final state from any token', async () => {
    const feed = await table.feed({ pageItems: 3, recentItems: 5 });
    const watcher = new Watcher(feed);
    const stops: { token: string; known: Map<number, number> }[] = [];
    const run = (async () => {
      for (let frame = await watcher.next(); frame; frame = await watcher.next())
        stops.push({ token: frame.resumeToken, known: new Map(watcher.known) });
    })();
    for (let n = 0; n < 150; n++) {
      const id = (n * 7) % 11;
      if (n % 3 === 0) await table.delete(id);
      else await table.write(id, n);
    }
    const final = await table.live();
    await eventually(() => expect(watcher.known).toEqual(final));
    expect(stops.length).toBeGreaterThan(20);
    for (const { token, known } of stops) {
      const resumed = new Watcher(feed, token, known);
      await resumed.sync();
      expect(resumed.known).toEqual(final);
      resumed.leave();
    }
    watcher.leave();
    await run;
  });

  it('can go on with a snapshot that broke off, although the table changed meanwhile', async () => {
    await table.fill(1, 30);
    await table.delete(30);
    const feed = await table.feed({ pageItems: 10 });
    const broken = new Watcher(feed);
    const { resumeToken } = (await broken.next())!;
    await table.delete(5);
    await table.write(25, 250);
    await table.write(31, 31);
    const resumed = new Watcher(feed, resumeToken, broken.known);
    await resumed.sync();
    expect(resumed.known).toEqual(await table.live());
    expect(resumed.frames.flatMap(({ items }) => items)).not.toContainEqual({ id: 30 });
  });

  it('reads each change once for thousands of watchers', async () => {
    const feed = await table.feed();
    const watchers = Array.from({ length: 3000 }, () => new Watcher(feed));
    await Promise.all(watchers.map((watcher) => watcher.sync()));
    const before = table.reads;
    for (let id = 1; id <= 10; id++) {
      await table.write(id, id);
      await Promise.all(watchers.map((watcher) => watcher.until((known) => known.get(id) === id)));
    }
    expect(table.reads - before).toBeLessThan(100); // some for each change: not one for each watcher
    for (const watcher of watchers) watcher.leave();
  });

  it('lets a slow watcher catch up alone, a page at a time, while others go on', async () => {
    const feed = await table.feed({ pageItems: 10, recentItems: 20 });
    const [slow, fast] = [new Watcher(feed), new Watcher(feed)];
    await Promise.all([slow.sync(), fast.sync()]);
    await table.fill(1, 200);
    await fast.until((known) => known.size === 200);
    await slow.until((known) => known.size === 200);
    expect(Math.max(...slow.frames.map(({ items }) => items.length))).toBe(10);
    expect(slow.known).toEqual(fast.known);
  });

  it('refuses tokens from before a deletion that was purged, and no others', async () => {
    const feed = await table.feed({ purge: { table: 'connections', retentionMs: 0 }, pollMs: 20 });
    const tokens = [(await new Watcher(feed).sync()).resumeToken];
    await table.write(1, 10);
    tokens.push((await new Watcher(feed).sync()).resumeToken);
    await table.delete(1);
    await table.write(2, 20);
    tokens.push((await new Watcher(feed).sync()).resumeToken);
    // A feed purges when it starts, and then once a minute.
    await table.feed({ purge: { table: 'connections', retentionMs: 0 } });
    await eventually(async () => expect((await table.pool.query('select from connections')).rowCount).toBe(1));
    await expect(new Watcher(feed, tokens[0]).next()).rejects.toThrow(ResumeTokenExpired);
    await expect(new Watcher(feed, tokens[1]).next()).rejects.toThrow(ResumeTokenExpired);
    expect(await new Watcher(feed, tokens[2]).next()).toMatchObject({ items: [], synced: true });
    expect((await new Watcher(feed).sync()).items).toEqual([{ id: 2, value: 20 }]);
  });

  it('refuses tokens of another database, and what is no token', async () => {
    const feed = await table.feed();
    const other = await WatchedTable.create();
    const { resumeToken } = await new Watcher(await other.feed()).sync();
    await other.drop();
    await expect(new Watcher(feed, resumeToken).next()).rejects.toThrow(ResumeTokenExpired);
    await expect(new Watcher(feed, 'garbage').next()).rejects.toThrow(ResumeTokenExpired);
  });

  it('ends the watches of a history that ended', async () => {
    const watcher = new Watcher(await table.feed({ pollMs: 20 }));
    await watcher.sync();
    await table.pool.query('update change_counter set epoch = gen_random_uuid()');
    await expect(watcher.next()).rejects.toThrow(ResumeTokenExpired);
  });

  it('ends every watch when it stops, and keeps no connection', async () => {
    const feed = await table.feed();
    const [waiting, paused] = [new Watcher(feed), new Watcher(feed)];
    await Promise.all([waiting.sync(), paused.sync()]);
    const next = waiting.next();
    await feed.stop();
    expect(await next).toBeUndefined();
    expect(await paused.next()).toBeUndefined();
    expect(await table.cutListeners()).toBe(0);
  });

  it('ends a watch when its watcher leaves', async () => {
    const watcher = new Watcher(await table.feed());
    await watcher.sync();
    const next = watcher.next();
    watcher.leave();
    expect(await next).toBeUndefined();
  });
});
