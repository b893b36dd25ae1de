import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';

/** What became of an MJML document. */
export interface CompiledMjml {
  readonly html: string;
  /** What is wrong with the document, in sentences; then `html` is not to be used. */
  readonly problems: readonly string[];
}

const WORKER = fileURLToPath(new URL('./mjml.worker.mjs', import.meta.url));
const SMALLEST = '<mjml><mj-body><mj-raw>-</mj-raw></mj-body></mjml>';

/** How long a document may take. An ordinary one takes 10 to 50 ms, one of a thousand sections 2 seconds. */
const TIMEOUT_MS = 10_000;
const MEMORY_MIB = 512;

/**
 * MJML's own compiler, kept in a thread where it can neither hold up renders nor take all memory: a document that asks for
 * too much is a wrong document. It compiles one after the other.
 */
@Injectable()
export class MjmlCompiler implements OnModuleInit, OnApplicationShutdown {
  private worker: Worker | undefined;
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly timeoutMs: number = TIMEOUT_MS) {}

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
    const timeout = AbortSignal.timeout(this.timeoutMs);
    try {
      this.worker ??= this.start();
      this.worker.postMessage(mjml);
      const [compiled]: CompiledMjml[] = await once(this.worker, 'message', { signal: timeout });
      return compiled!;
    } catch (error) {
      await this.stop();
      if (timeout.aborted) return failed(`Compiling takes longer than ${this.timeoutMs} ms.`);
      if ((error as NodeJS.ErrnoException).code === 'ERR_WORKER_OUT_OF_MEMORY') {
        return failed(`Compiling takes more than ${MEMORY_MIB} MiB of memory.`);
      }
      throw error;
    }
  }

  private start(): Worker {
    const worker = new Worker(WORKER, { resourceLimits: { maxOldGenerationSizeMb: MEMORY_MIB } });
    // Who waits for its answer hears of an error as well; between two documents nobody does.
    worker.on('error', () => undefined);
    worker.once('exit', () => {
      if (this.worker === worker) this.worker = undefined;
    });
    return worker;
  }

  private async stop(): Promise<void> {
    const worker = this.worker;
    this.worker = undefined;
    await worker?.terminate();
  }
}

const failed = (problem: string): CompiledMjml => ({ html: '', problems: [problem] });
