import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureCertificates, tlsFilesIn } from '@kelp/testing';
import { encodedEvents } from './events.js';
import { NODE_PEER, PROTOS } from './folders.js';
import { buildGo, NoGo } from './golang/build.js';
import { PeerProcess } from './peer-process.js';
import type { Question, Settings } from './settings.js';

/** Work for a client. */
export type Load = Extract<Question, { ask: 'calls' | 'append' }>;

/** What one contestant did in a while: calls, or events. */
export interface Rate {
  perSecond: number;
  /** Processor time of both processes for each. */
  cpuUs: number;
}

/** A contestant: a server and its client, each in a process of its own. */
export class Pair {
  constructor(
    readonly name: string,
    private readonly server: PeerProcess,
    private readonly client: PeerProcess,
  ) {}

  async rate(load: Load): Promise<Rate> {
    const before = await this.server.ask({ ask: 'usage' });
    const { count, ms, cpuUs } = await this.client.ask(load);
    const after = await this.server.ask({ ask: 'usage' });
    if (count === 0) throw new Error(`${this.name} has done nothing.`);
    const done = load.ask === 'append' ? count * load.batch : count;
    return { perSecond: (done / ms) * 1_000, cpuUs: (cpuUs + after.cpuUs - before.cpuUs) / done };
  }
}

/** With its garbage collector in our hands, so that memory which is in use can be told from memory which was. */
const ON_NODE = [process.execPath, '--expose-gc', NODE_PEER] as const;

/** Starts contestants, and ends them. */
export class Contest {
  readonly #folder = mkdtempSync(join(tmpdir(), 'kelp-bench-'));
  readonly #started: PeerProcess[] = [];

  private constructor() {}

  /** Runs a contest, and leaves nothing behind. */
  static async hold<T>(run: (contest: Contest) => Promise<T>): Promise<T> {
    const contest = new Contest();
    try {
      await ensureCertificates(contest.#folder, ['server', 'client']);
      writeFileSync(join(contest.#folder, 'events'), encodedEvents());
      return await run(contest);
    } finally {
      await Promise.all(contest.#started.map((peer) => peer.stop()));
      rmSync(contest.#folder, { recursive: true, force: true });
    }
  }

  /** Starts a server alone. */
  async server(peer: string, command: readonly [string, ...string[]] = ON_NODE) {
    const started = await PeerProcess.start(command, this.settings(peer, 'server'));
    this.#started.push(started.peer);
    return started;
  }

  /** Starts a server and its client. */
  async pair(name: string, peer: string, command: readonly [string, ...string[]] = ON_NODE): Promise<Pair> {
    const { peer: server, address } = await this.server(peer, command);
    const client = await PeerProcess.start(command, { ...this.settings(peer, 'client'), address });
    this.#started.push(client.peer);
    return new Pair(name, server, client.peer);
  }

  /** The same in Go. @returns why it is left out, where it is */
  async goPair(name: string): Promise<Pair | NoGo> {
    try {
      return await this.pair(name, 'go', [await buildGo(join(this.#folder, 'go'))]);
    } catch (error) {
      if (error instanceof NoGo) return error;
      throw error;
    }
  }

  /** What a process with the certificate of `role` is told. */
  settings(peer: string, role: 'server' | 'client'): Settings {
    return {
      peer,
      tls: tlsFilesIn(this.#folder, role),
      protos: PROTOS,
      events: join(this.#folder, 'events'),
    };
  }
}
