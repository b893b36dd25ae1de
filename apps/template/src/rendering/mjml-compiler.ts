import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { histogram } from '@kelp/telemetry';
import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';

/** What became of an MJML document. */
export interface CompiledMjml {
  readonly html: string;
  /** What is wrong with the document, in sentences; then `html` is not to be used. */
  readonly problems: readonly string[];
}

const WORKER = fileURLToPath(new URL('./mjml.worker.mjs', import.meta.url));
const SMALLEST = '<mjml><mj-body><mj-raw>-</mj-raw></mj-body></mjml>';

/** What one document may take. An ordinary one takes 10 to 50 ms, one of a thousand sections 2 seconds and 200 MiB. */
const LIMITS = { timeoutMs: 8_000, memoryMiB: 512 };

/** How long the thread may take to start: reading MJML's compiler takes it a second on a busy machine. */
const START_MS = 30_000;

const seconds = histogram('kelp_template_compile_seconds', 'How long documents took to compile.');

/**
 * MJML's own compiler, kept in a thread where it can neither hold up renders nor take all memory: a document that asks for
 * too much is a wrong document. It compiles one after the other.
 */
@Injectable()
export class MjmlCompiler implements OnModuleInit, OnApplicationShutdown {
  private worker: Worker | undefined;
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly limits = LIMITS) {}

  /** The first document takes many times as long as the next ones: this is it. */
  async onModuleInit(): Promise<void> {
    const { problems } = await this.compile(SMALLEST);
    if (problems.length > 0) throw new Error(`MJML's compiler does not start: ${problems.join(' ')}`);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.last;
    await this.stop();
  }

  /** Compiles a document in its turn, unless nobody waits for it any more by then. @throws the signal's reason */
  compile(mjml: string, signal?: AbortSignal): Promise<CompiledMjml> {
    const compiled = this.last.then(() => {
      signal?.throwIfAborted();
      return this.run(mjml);
    });
    this.last = compiled.catch(() => undefined);
    return compiled;
  }

  private async run(mjml: string): Promise<CompiledMjml> {
    const worker = await this.ready();
    const { timeoutMs, memoryMiB } = this.limits;
    const timeout = AbortSignal.timeout(timeoutMs);
    const stopWatch = seconds.startTimer();
    try {
      const answer = once(worker, 'message', { signal: timeout });
      worker.postMessage(mjml);
      const [compiled]: CompiledMjml[] = await answer;
      return compiled!;
    } catch (error) {
      await this.stop();
      if (timeout.aborted) return failed(`Compiling takes longer than ${timeoutMs} ms.`);
      if ((error as NodeJS.ErrnoException).code === 'ERR_WORKER_OUT_OF_MEMORY') {
        return failed(`Compiling takes more than ${memoryMiB} MiB of memory.`);
      }
      throw error;
    } finally {
      stopWatch();
    }
  }

  /** The thread that compiles, a new one where the last one was ended. */
  private async ready(): Promise<Worker> {
    if (this.worker) return this.worker;
    const worker = new Worker(WORKER, { resourceLimits: { maxOldGenerationSizeMb: this.limits.memoryMiB } });
    // Who waits for its answer hears of an error as well; between two documents nobody does.
    worker.on('error', () => undefined);
    worker.once('exit', () => {
      if (this.worker === worker) this.worker = undefined;
    });
    this.worker = worker;
    try {
      await once(worker, 'message', { signal: AbortSignal.timeout(START_MS) });
      return worker;
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  private async stop(): Promise<void> {
    const worker = this.worker;
    this.worker = undefined;
    await worker?.terminate();
  }
}

const failed = (problem: string): CompiledMjml => ({ html: '', problems: [problem] });
