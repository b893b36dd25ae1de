import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { lastLines, rotate, sizeOf } from './log-file.js';
import { type Exit, exitText, type Program } from './supervised.js';

export interface NodeProgramOptions {
  name: string;
  /** The file to run, and its arguments. */
  args: readonly string[];
  env: NodeJS.ProcessEnv;
  /** Where its output goes. */
  log: string;
  onSpawn(pid: number): void;
}

/** A program did not do what it was started for; the message has its last words. */
export class ProgramFailed extends Error {
  override readonly name = 'ProgramFailed';
}

const GRACE_MS = 15_000;
const LAST_LINES = 5;

/** A program whose output is in a log. */
export interface NodeProgram extends Program {
  /** The end of what it has said, as a part of a message. */
  lastWords(): string;
}

function lastWords(log: string, offset: number): string {
  const lines = lastLines(log, LAST_LINES, offset);
  return lines.length === 0 ? '' : `; the last lines of ${log}:\n${lines.map((line) => `  ${line}`).join('\n')}`;
}

/** Runs a file with this Node, with its output in a log. */
export function startNode({ name, args, env, log, onSpawn }: NodeProgramOptions): NodeProgram {
  rotate(log);
  const offset = sizeOf(log);
  const output = openSync(log, 'a');
  // Its own process group: a Ctrl-C at the terminal is for us, who stop everything in order.
  const child = spawn(process.execPath, ['--enable-source-maps', ...args], {
    env,
    stdio: ['ignore', output, output],
    detached: true,
  });
  closeSync(output);
  if (child.pid === undefined) throw new Error(`${name} cannot be started.`);
  onSpawn(child.pid);
  const exited = new Promise<Exit>((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })));
  return {
    pid: child.pid,
    exited,
    lastWords: () => lastWords(log, offset),
    stop: async () => {
      child.kill('SIGTERM');
      const patience = setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
      await exited;
      clearTimeout(patience);
    },
  };
}

/** Runs a file that does one thing, to its end. @throws where it fails, with its last words */
export async function runNode(options: NodeProgramOptions): Promise<void> {
  const program = startNode(options);
  const exit = await program.exited;
  if (exit.code !== 0) throw new ProgramFailed(`${options.name} ended ${exitText(exit)}${program.lastWords()}`);
}
