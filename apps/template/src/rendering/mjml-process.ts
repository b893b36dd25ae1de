import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { RENDER_BYTES_MAX, VIOLATIONS_MAX } from './rendering.errors.js';

/** What became of an MJML document. */
export interface CompiledMjml {
  /** As much of it as tells whether it is too large. */
  readonly html: string;
  /** What it says, as plain text. */
  readonly text: string;
  /** What is wrong with the document, in sentences; then `html` is not to be used. */
  readonly problems: readonly string[];
}

/** What one document may take. */
export interface MjmlLimits {
  readonly timeoutMs: number;
  readonly memoryMiB: number;
}

const PROGRAM = fileURLToPath(new URL('./mjml.worker.mjs', import.meta.url));

/** How long a process may take to start: reading MJML's compiler takes it a second on a busy machine. */
const START_MS = 30_000;

/** How V8, or the container, ends a process that needs too much memory. */
const OUT_OF_MEMORY: readonly unknown[] = ['SIGABRT', 'SIGKILL'];

/**
 * A process with MJML's compiler. A thread would not do: where V8 finds no memory for something large, it ends the whole
 * process, whatever the limits of the thread are.
 */
export class MjmlProcess {
  private readonly ended = new AbortController();
  /** Which signal ended it. */
  private endedBy: NodeJS.Signals | null = null;

  private constructor(
    private readonly child: ChildProcess,
    private readonly limits: MjmlLimits,
  ) {
    child.on('error', (error) => this.ended.abort(error));
    child.once('exit', (code, signal) => {
      this.endedBy = signal;
      this.ended.abort(new Error(`MJML's compiler ended with ${signal ?? code}.`));
    });
  }

  /** Starts one, which knows nothing of this process's environment. @throws where it does not start */
  static async start(limits: MjmlLimits): Promise<MjmlProcess> {
    const execArgv = [`--max-old-space-size=${limits.memoryMiB}`];
    const child = fork(PROGRAM, [], { env: {}, execArgv, stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
    const started = new MjmlProcess(child, limits);
    try {
      await started.answer(AbortSignal.timeout(START_MS));
      return started;
    } catch (error) {
      await started.stop();
      throw error;
    }
  }

  /** Whether it can be asked. */
  get isRunning(): boolean {
    return !this.ended.signal.aborted;
  }

  /** Compiles a document. One that takes too much is a wrong one, and the end of this process. */
  async compile(mjml: string): Promise<CompiledMjml> {
    const { timeoutMs, memoryMiB } = this.limits;
    const timeout = AbortSignal.timeout(timeoutMs);
    try {
      const answer = this.answer(timeout);
      this.child.send({ mjml, lengthMax: RENDER_BYTES_MAX + 1, problemsMax: VIOLATIONS_MAX });
      return (await answer) as CompiledMjml;
    } catch (error) {
      const isOutOfMemory = OUT_OF_MEMORY.includes(this.endedBy);
      await this.stop();
      if (isOutOfMemory) return failed(`Compiling takes more than ${memoryMiB} MiB of memory.`);
      if (timeout.aborted) return failed(`Compiling takes longer than ${timeoutMs} ms.`);
      throw error;
    }
  }

  /** Ends it at once. */
  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null || this.child.pid === undefined) return;
    const exited = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await exited;
  }

  private async answer(timeout: AbortSignal): Promise<unknown> {
    const signal = AbortSignal.any([timeout, this.ended.signal]);
    const [message] = await once(this.child, 'message', { signal });
    return message;
  }
}

const failed = (problem: string): CompiledMjml => ({ html: '', text: '', problems: [problem] });
