import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { identify, isRunning, type ProcessIdentity } from './process-identity.js';

/** Another process uses the same folder. */
export class AlreadyRunning extends Error {
  override readonly name = 'AlreadyRunning';
  constructor(folder: string, pid: number) {
    super(`Kelp runs on ${folder} already, as process ${pid}: stop that one first.`);
  }
}

const GRACE_MS = 10_000;
const PAUSE_MS = 50;
const OWNER = 'kelp';

/**
 * What runs on a folder, by name, in `processes.json`: so that a second start notices the first, and cleans up behind one
 * that was killed.
 */
export class Instance {
  readonly #file: string;
  readonly #processes: Record<string, ProcessIdentity> = {};
  /** However this process ends, short of SIGKILL, it takes with it what it started. */
  readonly #onExit = () => this.tellAll();

  private constructor(folder: string) {
    this.#file = join(folder, 'processes.json');
  }

  /**
   * Takes the folder, and ends what a killed predecessor left behind.
   * @param onOrphans hears the names of what was left
   * @throws AlreadyRunning
   */
  static async take(folder: string, onOrphans: (names: string[]) => void): Promise<Instance> {
    mkdirSync(folder, { recursive: true });
    const instance = new Instance(folder);
    const left = Object.entries(instance.read()).filter(([, process]) => isRunning(process));
    const owner = left.find(([name]) => name === OWNER)?.[1];
    if (owner && owner.pid !== process.pid) throw new AlreadyRunning(folder, owner.pid);
    const orphans = left.filter(([name]) => name !== OWNER);
    if (orphans.length > 0) onOrphans(orphans.map(([name]) => name));
    // PostgreSQL comes last, as ever: it was started first.
    for (const [, orphan] of orphans.reverse()) await end(orphan);
    instance.add(OWNER, process.pid);
    process.once('exit', instance.#onExit);
    return instance;
  }

  /** Remembers a process. */
  add(name: string, pid: number): void {
    const identity = identify(pid);
    if (identity) this.#processes[name] = identity;
    this.write();
  }

  /** Leaves the folder to others. */
  release(): void {
    process.off('exit', this.#onExit);
    rmSync(this.#file, { force: true });
  }

  /** Asks everything to end, and waits for nothing: the next start does. */
  private tellAll(): void {
    for (const [name, identity] of Object.entries(this.#processes)) {
      if (name !== OWNER && isRunning(identity)) ask(identity);
    }
  }

  private read(): Record<string, ProcessIdentity> {
    try {
      return JSON.parse(readFileSync(this.#file, 'utf8'));
    } catch {
      return {}; // none, or cut off: then nothing is known to run
    }
  }

  private write(): void {
    const draft = `${this.#file}.${process.pid}`;
    writeFileSync(draft, `${JSON.stringify(this.#processes, null, 2)}\n`);
    renameSync(draft, this.#file);
  }
}

/** SIGINT: PostgreSQL's fast shutdown, and the services' clean one. */
const ask = ({ pid }: ProcessIdentity) => process.kill(pid, 'SIGINT');

async function end(orphan: ProcessIdentity): Promise<void> {
  ask(orphan);
  for (let waited = 0; waited < GRACE_MS; waited += PAUSE_MS) {
    if (!isRunning(orphan)) return;
    await sleep(PAUSE_MS);
  }
  process.kill(orphan.pid, 'SIGKILL');
}
