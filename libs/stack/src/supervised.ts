import { setTimeout as sleep } from 'node:timers/promises';

/** How a process ended. */
export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** A process that has started and does its work. */
export interface Program {
  pid: number;
  exited: Promise<Exit>;
  /** Ends it cleanly. */
  stop(): Promise<void>;
}

export interface Supervision {
  name: string;
  /** Starts it, and waits until it does its work. Throws, and leaves nothing behind, where it does not. */
  start(signal: AbortSignal): Promise<Program>;
  /** Hears of an end that nobody asked for, or of a start that failed, in a sentence. */
  onFailure(sentence: string): void;
  /** Hears that it does its work again. */
  onRecovery(): void;
}

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;
/** A process that lived so long is not one that cannot start. */
const STABLE_MS = 10_000;

export const exitText = ({ code, signal }: Exit): string => (signal ? `by ${signal}` : `with exit code ${code}`);

/** A program that is started again when it ends before its time, at growing intervals. */
export class Supervised {
  readonly #stopping = new AbortController();
  #program?: Program;
  #launching?: Promise<void>;
  #watching?: Promise<void>;

  constructor(private readonly supervision: Supervision) {}

  /** The process id, as long as it runs. */
  get pid(): number | undefined {
    return this.#program?.pid;
  }

  /**
   * @param signal gives the start up when it fires
   * @throws where the first start fails
   */
  async start(signal?: AbortSignal): Promise<void> {
    this.#launching = this.launch(signal);
    await this.#launching;
    this.#watching = this.watch();
  }

  /** Ends it cleanly, and waits for its end. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#launching?.catch(() => undefined);
    await this.#program?.stop();
    await this.#watching;
  }

  private async launch(signal = this.#stopping.signal): Promise<void> {
    const either = AbortSignal.any([signal, this.#stopping.signal]);
    const program = await this.supervision.start(either);
    if (either.aborted) {
      await program.stop();
      throw new Error(`${this.supervision.name} was stopped while it started.`);
    }
    this.#program = program;
  }

  private async watch(): Promise<void> {
    let pauseMs = FIRST_PAUSE_MS;
    while (this.#program) {
      const startedAt = performance.now();
      const exit = await this.#program.exited;
      this.#program = undefined;
      if (this.#stopping.signal.aborted) return;
      if (performance.now() - startedAt > STABLE_MS) pauseMs = FIRST_PAUSE_MS;
      this.supervision.onFailure(`${this.supervision.name} was ended ${exitText(exit)}`);
      pauseMs = await this.relaunch(pauseMs);
    }
  }

  /** @returns the next pause */
  private async relaunch(firstPauseMs: number): Promise<number> {
    let pauseMs = firstPauseMs;
    for (;;) {
      await sleep(pauseMs, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
      if (this.#stopping.signal.aborted) return pauseMs;
      pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
      try {
        await this.launch();
        this.supervision.onRecovery();
        return pauseMs;
      } catch (error) {
        if (this.#stopping.signal.aborted) return pauseMs;
        this.supervision.onFailure((error as Error).message);
      }
    }
  }
}
