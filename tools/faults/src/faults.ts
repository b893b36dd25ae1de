import { setTimeout as sleep } from 'node:timers/promises';
import type { ProgramName, ServiceName, Stack } from '@kelp/stack';
import pg from 'pg';
import type { Random } from './random.js';

/** One way of breaking something. */
export interface Fault {
  readonly name: string;
  /** @returns whether it struck: what is just being started again is left alone */
  strike(stack: Stack, random: Random): Promise<boolean>;
}

const services: readonly ServiceName[] = ['account', 'template', 'analytics', 'ingest'];

function send(stack: Stack, program: ProgramName, signal: NodeJS.Signals): boolean {
  const pid = stack.pid(program);
  if (pid === undefined) return false;
  try {
    return process.kill(pid, signal);
  } catch {
    return false; // it has just ended
  }
}

const signalled = (program: ProgramName, signal: NodeJS.Signals, verb: string): Fault => ({
  name: `${verb} ${program}`,
  strike: async (stack) => send(stack, program, signal),
});

/** It hears nothing and says nothing for a while, with all its connections open, as behind a cut network. */
const frozen = (program: ServiceName): Fault => ({
  name: `freeze ${program}`,
  strike: async (stack, random) => {
    const pid = stack.pid(program);
    if (pid === undefined || !send(stack, program, 'SIGSTOP')) return false;
    await sleep(random.between(500, 5_000));
    try {
      process.kill(pid, 'SIGCONT');
    } catch {
      // it was killed meanwhile
    }
    return true;
  },
});

const disconnected: Fault = {
  name: 'cut all connections of PostgreSQL',
  strike: async (stack) => {
    const client = new pg.Client({ connectionString: stack.postgresUrl, connectionTimeoutMillis: 2_000 });
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.query(
        `select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and datname like 'kelp%'`,
      );
      return true;
    } catch {
      return false; // it is just being started again
    } finally {
      await client.end().catch(() => undefined);
    }
  },
};

/** Every fault there is. Which of the matrix they stand for, and which are tested elsewhere, is told in the README. */
export const faults: readonly Fault[] = [
  ...services.map((service) => signalled(service, 'SIGKILL', 'kill')),
  ...services.map((service) => signalled(service, 'SIGTERM', 'restart')),
  ...services.map(frozen),
  signalled('postgres', 'SIGKILL', 'kill'),
  disconnected,
];
