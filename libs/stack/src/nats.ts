import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Whether there is a NATS server to be started. */
export const hasNats = (): boolean => spawnSync('nats-server', ['--version']).status === 0;

export interface Nats {
  url: string;
  stop(): Promise<void>;
}

const START_TIMEOUT_MS = 10_000;

/** Starts a NATS server with JetStream, which keeps its data in `folder`. */
export async function startNats(folder: string, port: number): Promise<Nats> {
  const child = spawn('nats-server', ['-a', '127.0.0.1', '-p', String(port), '-js', '-sd', folder], {
    stdio: 'ignore',
  });
  await listening(child, port);
  return {
    url: `nats://127.0.0.1:${port}`,
    stop: async () => {
      const exit = once(child, 'exit');
      child.kill('SIGTERM');
      await exit;
    },
  };
}

async function listening(child: ChildProcess, port: number): Promise<void> {
  for (const deadline = performance.now() + START_TIMEOUT_MS; performance.now() < deadline; await sleep(20)) {
    if (child.exitCode !== null) break;
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.destroy();
        resolve(true);
      }).once('error', () => resolve(false));
    });
    if (isOpen) return;
  }
  child.kill('SIGKILL');
  throw new Error('The NATS server does not start.');
}
