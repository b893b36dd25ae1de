import { setTimeout as sleep } from 'node:timers/promises';
import type { ProgramName, Stack } from '@kelp/stack';
import type { Fault } from '../fault.js';

const services = ['account', 'template', 'analytics', 'ingest'] as const;
const programs = [...services, 'postgres'] as const;

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
  strike: async ({ stack }) => (send(stack, program, signal) ? program : undefined),
});

/** It hears nothing and says nothing for a while, with all its connections open. */
const frozen = (program: ProgramName): Fault => ({
  name: `freeze ${program}`,
  strike: async ({ stack }, random) => {
    const pid = stack.pid(program);
    if (pid === undefined || !send(stack, program, 'SIGSTOP')) return undefined;
    await sleep(random.between(500, 5_000));
    try {
      process.kill(pid, 'SIGCONT');
    } catch {
      // it was killed meanwhile
    }
    return program;
  },
});

/** As where the power is gone, but that the system goes on, and so has what it was told to write. */
const all: Fault = {
  name: 'kill everything at once',
  strike: async ({ stack }, random) => {
    const struck = programs.filter((program) => send(stack, program, 'SIGKILL'));
    await sleep(random.between(1_000, 4_000)); // so that some of it gets up before something else happens
    return struck.join(', ') || undefined;
  },
};

export const processFaults: readonly Fault[] = [
  ...services.map((service) => signalled(service, 'SIGKILL', 'kill')),
  ...services.map((service) => signalled(service, 'SIGTERM', 'restart')),
  ...services.map(frozen),
  signalled('postgres', 'SIGKILL', 'kill'),
  all,
];
