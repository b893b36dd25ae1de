import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '../../..');

export interface Command {
  child: ChildProcess;
  /** Its exit code, once it has ended. */
  code: Promise<number | null>;
  /** All that it has said so far. */
  readonly said: string;
}

/** Runs a command in the root of the repository. */
export function command(file: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Command {
  const child = spawn(file, args, { cwd: ROOT, env: { ...process.env, ...env } });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (data) => {
      said += data;
    });
  }
  const code = once(child, 'close').then(([exitCode]) => exitCode as number | null);
  return {
    child,
    code,
    get said() {
      return said;
    },
  };
}
