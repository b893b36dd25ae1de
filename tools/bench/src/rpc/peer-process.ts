import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { Closed, Question, Ran, Settings, Usage } from './settings.js';

interface Answers {
  calls: Ran;
  append: Ran;
  usage: Usage;
  close: Closed;
}

/** A process of a contestant. What it prints goes nowhere; what it complains about is shown. */
export class PeerProcess {
  readonly #answers: AsyncIterator<string>;

  private constructor(
    private readonly child: ChildProcess,
    private readonly name: string,
  ) {
    this.#answers = createInterface(child.stdio[3] as Readable)[Symbol.asyncIterator]();
  }

  /** Starts one. @returns it, and where its server listens */
  static async start([program, ...args]: readonly [string, ...string[]], settings: Settings) {
    const child = spawn(program, [...args, JSON.stringify(settings)], { stdio: ['pipe', 'ignore', 'inherit', 'pipe'] });
    const peer = new PeerProcess(child, settings.peer);
    const { address } = (await peer.answer()) as { address: string };
    return { peer, address };
  }

  /** One question at a time. */
  async ask<Q extends Question>(question: Q): Promise<Answers[Q['ask']]> {
    this.child.stdin?.write(`${JSON.stringify(question)}\n`);
    return (await this.answer()) as Answers[Q['ask']];
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const exit = once(this.child, 'exit');
    this.child.kill('SIGKILL'); // nothing in it is worth a clean end
    await exit;
  }

  private async answer(): Promise<unknown> {
    const { done, value } = await this.#answers.next();
    if (done) throw new Error(`A process of ${this.name} ended.`);
    return JSON.parse(value);
  }
}
