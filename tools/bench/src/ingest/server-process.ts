import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpus } from 'node:os';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { cpuTimeUs } from '../store/cpu-time.js';
import type { Task } from './work.js';

/** Whether processes can be bound to a core here: Linux with util-linux, and a core for those who ask. */
export const canPin = cpus().length > 1 && has('taskset');

const SERVER_CORE = '0';
const CLIENT_CORES = `1-${cpus().length - 1}`;

/** Whether there is such a program. */
export function has(program: string): boolean {
  try {
    execFileSync('sh', ['-c', `command -v ${program}`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Leaves the servers' core to the servers, where that can be. */
export function stepAside(): void {
  if (canPin) execFileSync('taskset', ['-acp', CLIENT_CORES, String(process.pid)], { stdio: 'ignore' });
}

/** What a server has counted since it started. */
export interface Counted {
  received: number;
  kept: number;
}

/** A contestant: one server, on one core of its own where that can be. Its first line tells its
 * port, and where it says what it counted if that is another one. */
export class ServerProcess {
  private constructor(
    readonly name: string,
    private readonly child: ChildProcess,
    readonly port: number,
    private readonly counterPort: number,
  ) {}

  /** @param command gets the task as its last argument, in JSON */
  static async start(name: string, command: readonly string[], task: Task, env: NodeJS.ProcessEnv = {}) {
    const [program = '', ...args] = canPin ? ['taskset', '-c', SERVER_CORE, ...command] : command;
    const child = spawn(program, [...args, JSON.stringify(task)], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, ...env, TASK: JSON.stringify(task) },
    });
    const lines = createInterface(child.stdout as Readable);
    const exit = once(child, 'exit').then(() => ['']);
    const [line] = (await Promise.race([once(lines, 'line'), exit])) as [string];
    const [port, counterPort = port] = line.split(' ').map(Number);
    if (!port || !counterPort) throw new Error(`${name} does not start.`);
    return new ServerProcess(name, child, port, counterPort);
  }

  get cpuUs(): number {
    return cpuTimeUs(this.child.pid ?? 0);
  }

  /** What it counted: all must have done the same work. */
  async counted(): Promise<Counted> {
    const response = await fetch(`http://127.0.0.1:${this.counterPort}/counted`);
    return (await response.json()) as Counted;
  }

  async stop(): Promise<void> {
    const exit = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    const impatience = setTimeout(() => this.child.kill('SIGKILL'), 3_000);
    await exit;
    clearTimeout(impatience);
  }
}
