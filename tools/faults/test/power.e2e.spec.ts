import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clientsOf, run, seed } from '@kelp/demo';
import { connect } from '@kelp/rpc';
import { freePorts, Stack, services } from '@kelp/stack';
import { eventually } from '@kelp/testing';
import { signingKey } from '@kelp/webhook-samples';
import { LosableDisk } from '../src/losable-disk.js';
import { heldIn } from '../src/store.js';

const EVENTS = 20_000;
const programs = ['ingest', 'analytics', 'template', 'account', 'postgres'] as const;

const folder = mkdtempSync(join(tmpdir(), 'kelp-power-'));
const home = join(folder, 'disk');
mkdirSync(home);
const disk = LosableDisk.at(home, join(folder, 'image'));
if (!disk) console.warn('NOTICE: no power is cut here: that takes a superuser, loop devices and mkfs.ext4, on Linux.');
afterAll(() => {
  disk?.remove();
  rmSync(folder, { recursive: true, force: true });
});

(disk ? it : it.skip)(
  'has everything that was acknowledged when the power comes back',
  async () => {
    const ports = await freePorts();
    const start = () => Stack.start({ folder: home, ports, env: { ...process.env, LOG_LEVEL: 'warn' } });
    let stack = await start();
    try {
      // Of no stack: they outlive the loss.
      const { tls } = stack;
      const channels = new Map(
        services.map((service) => {
          return [service, connect({ target: `127.0.0.1:${ports[service]}`, service, tls })];
        }),
      );
      const clients = clientsOf({ channel: (service) => channels.get(service)! });
      const key = signingKey();
      const demo = await seed(clients, key);
      disk!.sync();
      let posted = 0;
      const running = run({
        clients,
        demo,
        key,
        webhooksUrl: stack.webhooksUrl,
        events: EVENTS,
        patienceMs: 60_000,
        onProgress: (progress) => {
          posted = progress.posted;
        },
      });
      await eventually(() => expect(posted).toBeGreaterThan(EVENTS / 3), { timeoutMs: 30_000 });

      // The moment of the loss: nobody does anything any more.
      const pids = programs.map((program) => stack.pid(program)!);
      for (const pid of pids) process.kill(pid, 'SIGSTOP');
      disk!.remember();
      const stopped = stack.stop();
      for (const pid of pids) process.kill(pid, 'SIGKILL');
      await stopped;
      await eventually(() => disk!.comeBack(), { timeoutMs: 10_000 }); // PostgreSQL's children may need a moment to notice
      expect(posted).toBeLessThan(EVENTS);
      stack = await start();

      const { mismatches, expected } = await running;
      expect(mismatches).toEqual([]);
      const kept = expected.reduce((sum, { count }) => sum + count, 0);
      expect(await heldIn(stack.databaseUrl('analytics'))).toEqual({ events: kept, twice: 0 });
      for (const channel of channels.values()) channel.close();
    } finally {
      await stack.stop();
    }
  },
  180_000,
);
