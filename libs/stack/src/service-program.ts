import { setTimeout as sleep } from 'node:timers/promises';
import { HealthCheckResponse_ServingStatus, HealthContract } from '@kelp/contract-grpc';
import { client, connect } from '@kelp/rpc';
import type { TlsFiles } from '@kelp/testing';
import { type NodeProgramOptions, ProgramFailed, startNode } from './node-program.js';
import { exitText, type Program } from './supervised.js';

export interface ServiceProgramOptions extends NodeProgramOptions {
  /** Where it listens for gRPC. */
  target: string;
  /** A certificate that may call it. */
  tls: TlsFiles;
}

const START_TIMEOUT_MS = 60_000;
const PAUSE_MS = 50;
const CHECK_TIMEOUT_MS = 2_000;

/** Starts a service, and waits until its health check says that it serves. */
export async function startService(options: ServiceProgramOptions, signal: AbortSignal): Promise<Program> {
  const { name, target, tls } = options;
  const program = startNode(options);
  const ended = program.exited.then((exit) => {
    throw new ProgramFailed(`${name} cannot start: it ended ${exitText(exit)}${program.lastWords()}`);
  });
  const timeout = AbortSignal.any([signal, AbortSignal.timeout(START_TIMEOUT_MS)]);
  try {
    await Promise.race([serving({ name, target, tls }, timeout), ended]);
  } catch (error) {
    await program.stop();
    throw timeout.aborted
      ? new ProgramFailed(`${name} does not serve at ${target}${program.lastWords()}`, { cause: error })
      : error;
  } finally {
    ended.catch(() => undefined); // its end is the supervisor's business from now on
  }
  return program;
}

async function serving(
  { name, target, tls }: Pick<ServiceProgramOptions, 'name' | 'target' | 'tls'>,
  signal: AbortSignal,
): Promise<void> {
  const channel = connect({ target, service: name, tls });
  const health = client(HealthContract, channel);
  try {
    for (;;) {
      signal.throwIfAborted();
      const status = await health.check({}, { signal, deadlineMs: CHECK_TIMEOUT_MS }).then(
        (response) => response.status,
        () => undefined, // not yet
      );
      if (status === HealthCheckResponse_ServingStatus.SERVING) return;
      await sleep(PAUSE_MS);
    }
  } finally {
    channel.close();
  }
}
