import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { build } from 'esbuild';
import type { QueueOptions } from '../src/index.js';

export interface ChildConsumer {
  /** The keys of the messages that it was handed, so far. */
  readonly keys: string[];
  /** Resolves when it is handed the next message. */
  next(): Promise<void>;
  /** Ends it with SIGKILL. */
  kill(): Promise<void>;
}

/** Makes consumers that run in processes of their own, so that they can die. */
export async function childConsumers(url: string) {
  const folder = await mkdtemp(join(tmpdir(), 'kelp-queue-consumer-'));
  const script = join(folder, 'consumer.cjs');
  await build({
    entryPoints: [join(import.meta.dirname, 'consuming-process.ts')],
    outfile: script,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    external: ['pg-native', 'cloudflare:sockets'],
    logLevel: 'error',
  });
  return {
    start(options: QueueOptions, workMs: number): ChildConsumer {
      const child = spawn(process.execPath, [script, url, JSON.stringify(options), String(workMs)], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const exited = once(child, 'exit');
      const lines = createInterface(child.stdout);
      const keys: string[] = [];
      lines.on('line', (key) => keys.push(key));
      return {
        keys,
        next: async () => void (await once(lines, 'line')),
        kill: async () => {
          child.kill('SIGKILL');
          await exited;
        },
      };
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
