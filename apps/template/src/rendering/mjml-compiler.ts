import { histogram } from '@kelp/telemetry';
import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { type CompiledMjml, type MjmlLimits, MjmlProcess } from './mjml-process.js';

const SMALLEST = '<mjml><mj-body><mj-raw>-</mj-raw></mj-body></mjml>';

/** An ordinary document takes 10 to 50 ms, one of a thousand sections 2 seconds and 200 MiB. */
const LIMITS: MjmlLimits = { timeoutMs: 8_000, memoryMiB: 512 };

const seconds = histogram('kelp_template_compile_seconds', 'How long documents took to compile.');

/** MJML's own compiler, for one document after the other, where none can do harm to others or to renders. */
@Injectable()
export class MjmlCompiler implements OnModuleInit, OnApplicationShutdown {
  private process: MjmlProcess | undefined;
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly limits: MjmlLimits = LIMITS) {}

  /** The first document takes many times as long as the next ones: this is it. */
  async onModuleInit(): Promise<void> {
    const { problems } = await this.compile(SMALLEST);
    if (problems.length > 0) throw new Error(`MJML's compiler does not work: ${problems.join(' ')}`);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.last;
    await this.process?.stop();
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
    if (!this.process?.isRunning) this.process = await MjmlProcess.start(this.limits);
    const stopWatch = seconds.startTimer();
    try {
      return await this.process.compile(mjml);
    } finally {
      stopWatch();
    }
  }
}
