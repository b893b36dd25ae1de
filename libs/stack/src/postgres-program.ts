import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { rotate } from './log-file.js';
import { ProgramFailed } from './node-program.js';
import { identify } from './process-identity.js';
import type { Program } from './supervised.js';
import { startPostgres } from './tools.js';

export interface PostgresProgramOptions {
  dataDir: string;
  port: number;
  log: string;
  /** Whether what is committed survives a loss of power. */
  durable: boolean;
  onSpawn(pid: number): void;
}

/** What is committed is with the operating system: it survives the server, but not a loss of power. */
const FORGETFUL = { fsync: 'off', full_page_writes: 'off' };

/** Starts the embedded PostgreSQL, and waits until it takes connections. */
export async function startPostgresProgram(options: PostgresProgramOptions): Promise<Program> {
  const { dataDir, port, log, durable, onSpawn } = options;
  rotate(log);
  dropStalePidFile(dataDir);
  const starting = startPostgres({ dataDir, port, settings: durable ? {} : FORGETFUL, log, onSpawn });
  return starting.catch((error: Error) => {
    throw new ProgramFailed(error.message, { cause: error });
  });
}

/**
 * A server that was killed leaves its process id behind; the next one refuses to start where some other process has it now.
 */
function dropStalePidFile(dataDir: string): void {
  const file = join(dataDir, 'postmaster.pid');
  if (!existsSync(file)) return;
  const pid = Number(readFileSync(file, 'utf8').split('\n')[0]);
  if (!identify(pid) || !isPostgres(pid)) rmSync(file, { force: true });
}

function isPostgres(pid: number): boolean {
  const command = `/proc/${pid}/cmdline`;
  // Where there is no telling, PostgreSQL decides.
  return !existsSync(command) || readFileSync(command, 'utf8').includes('postgres');
}
