import { connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { logger } from '@kelp/telemetry';
import { eventually } from '@kelp/testing';
import { ChangeFeed } from '../src/index.js';
import { WatchedTable, Watcher } from './watched-table.js';

/** Stands between a feed and its database, and can fall silent without a word, as a network does. */
class Wire {
  private readonly sockets = new Set<Socket>();
  private readonly server: Server;
  connections = 0;

  constructor(target: URL) {
    this.server = createServer((near) => {
      this.connections++;
      const far = connect(Number(target.port), target.hostname);
      for (const [from, to] of [[near, far], [far, near]] as const) {
        this.sockets.add(from);
        from.on('error', () => to.destroy()).on('close', () => to.destroy());
        from.pipe(to);
      }
    }); // biome-ignore format: pairs
  }

  async listen(): Promise<number> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return (this.server.address() as { port: number }).port;
  }

  /** What is connected now stays so, and carries nothing any more. */
  fallSilent(): void {
    for (const socket of this.sockets) socket.unpipe().pause();
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

describe('a change feed whose database goes away', () => {
  let table: WatchedTable;
  beforeEach(async () => {
    table = await WatchedTable.create();
  });
  afterEach(() => table.drop());

  it('goes on without a gap after its connection was cut, again and again', async () => {
    const watcher = new Watcher(await table.feed());
    await watcher.sync();
    for (let id = 1; id <= 5; id++) {
      await eventually(async () => expect(await table.cutListeners()).toBe(1));
      await table.write(id, id);
      await watcher.until((known) => known.get(id) === id);
    }
    expect(watcher.known).toEqual(await table.live());
  });

  it('lets new watchers wait until the database is back', async () => {
    const feed = await table.feed();
    await table.acceptConnections(false);
    await table.cutListeners();
    await sleep(50);
    const watcher = new Watcher(feed);
    const synced = watcher.sync();
    const refused = new Watcher(feed);
    const nothing = refused.next();
    refused.leave();
    expect(await nothing).toBeUndefined();
    await table.write(1, 10);
    await sleep(300);
    expect(watcher.frames).toHaveLength(0);
    await table.acceptConnections(true);
    await synced;
    expect(watcher.known.get(1)).toBe(10);
  });

  it('stops while it is away', async () => {
    const feed = await table.feed();
    await table.acceptConnections(false);
    await table.cutListeners();
    const watcher = new Watcher(feed);
    const next = watcher.next();
    await sleep(50);
    await feed.stop();
    expect(await next).toBeUndefined();
  });

  it('notices a connection that fell silent', async () => {
    const wire = new Wire(new URL(table.url));
    const url = new URL(table.url);
    url.port = String(await wire.listen());
    const feed = await table.feed({ connection: url.href, pollMs: 100, answerMsMax: 300 });
    const watcher = new Watcher(feed);
    await watcher.sync();
    wire.fallSilent();
    await table.write(1, 10);
    await watcher.until((known) => known.has(1));
    await eventually(() => expect(wire.connections).toBe(2));
    await feed.stop();
    await wire.close();
  });

  it('does not start without it, nor without its counter', async () => {
    const options = { read: async () => [], log: logger('test', 'silent'), feed: 'connections' };
    const away = new ChangeFeed({ ...options, connection: 'postgresql://kelp@127.0.0.1:1/none' });
    await expect(away.start()).rejects.toThrow('ECONNREFUSED');
    await away.stop();
    const unknown = new ChangeFeed({ ...options, connection: table.url, feed: 'unknown' });
    await expect(unknown.start()).rejects.toThrow('no row for the feed "unknown"');
    await unknown.stop();
  });
});
