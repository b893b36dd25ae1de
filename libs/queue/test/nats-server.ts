import { spawn, spawnSync } from 'node:child_process';
import { connect } from 'node:net';
import { eventually } from '@kelp/testing';

/** A `nats-server` process. */
export interface NatsServer {
  readonly pid?: number;
  readonly exited: Promise<unknown>;
}

/** Whether `nats-server` is on the PATH. */
export const hasNatsServer = (): boolean => spawnSync('nats-server', ['--version']).status === 0;

/** Starts a server with JetStream, and waits until it takes connections. */
export async function launchNats(port: number, args: readonly string[]): Promise<NatsServer> {
  const child = spawn('nats-server', ['-a', '127.0.0.1', '-p', String(port), '-js', ...args], { stdio: 'ignore' });
  const exited = new Promise((resolve) => child.once('exit', resolve));
  await eventually(() => reachable(port), { timeoutMs: 30_000 });
  return { ...(child.pid && { pid: child.pid }), exited };
}

const reachable = (port: number) =>
  new Promise<void>((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve();
    }).once('error', reject);
  });

/**
 * Describes tests that need `nats-server`. Without one they are skipped, and say so; under CI=true that is a failure.
 */
export function withNatsServer(describeTests: () => void): void {
  if (hasNatsServer()) {
    describeTests();
  } else if (process.env.CI === 'true') {
    it('has a nats-server to run on', () => {
      throw new Error('There is no nats-server on the PATH, and CI must not skip these tests.');
    });
  } else {
    it.skip('needs a nats-server on the PATH, such as that of the Debian package "nats-server"', () => {});
  }
}
