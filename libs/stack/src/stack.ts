import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Channel, connect } from '@kelp/rpc';
import { ensureCertificates, type TlsFiles, tlsFilesIn } from '@kelp/testing';
import { Instance } from './instance.js';
import { runNode } from './node-program.js';
import type { Ports } from './ports.js';
import { startPostgresProgram } from './postgres-program.js';
import { checkPorts, checkServers } from './preconditions.js';
import { startService } from './service-program.js';
import { databaseUrl, environmentOf, mainOf, type ServiceName, type Surroundings, services } from './services.js';
import { Supervised, type Supervision } from './supervised.js';

export type ProgramName = ServiceName | 'postgres';

/** What a person at a terminal, or a test, wants to hear. */
export interface Listener {
  /** Something is ready. */
  onProgress?(what: string): void;
  /** Something went wrong, and is being mended. */
  onTrouble?(sentence: string): void;
}

export interface StackOptions extends Listener {
  /** Where everything is kept: postgres/, certs/, state/, logs/. */
  folder: string;
  ports: Ports;
  /** A PostgreSQL server to use instead of the embedded one: the URL of any of its databases. */
  postgresUrl?: string;
  /** `nats://…`; the embedded queue where empty. */
  queueUrl?: string;
  /** Whether what is committed survives a loss of power: true. */
  durable?: boolean;
  /** What the services get besides their own settings, such as LOG_LEVEL. */
  env: NodeJS.ProcessEnv;
  /** What a service gets instead of its own settings, such as an address that a test stands before. */
  instead?: Partial<Record<ServiceName, Readonly<Record<string, string>>>>;
  /** Gives the start up when it fires. */
  signal?: AbortSignal;
}

/** The name of the certificate that people at a terminal use: every service lets it call. */
const DEVELOPER = 'developer';

/** All of Kelp, running. */
export class Stack {
  /** The certificate of people at a terminal. */
  readonly tls: TlsFiles;
  readonly #programs = new Map<ProgramName, Supervised>();
  readonly #channels = new Map<ServiceName, Channel>();
  #stopping?: Promise<void>;

  private constructor(
    private readonly options: StackOptions,
    private readonly instance: Instance,
  ) {
    this.tls = tlsFilesIn(this.path('certs'), DEVELOPER);
  }

  /**
   * Starts everything that `nx build` has built, and waits until it serves. What ends before its time is started again.
   * @throws AlreadyRunning, PortsInUse, or where something cannot start: then nothing is left running
   */
  static async start(options: StackOptions): Promise<Stack> {
    const folder = resolve(options.folder);
    const instance = await Instance.take(folder, (orphans) =>
      options.onTrouble?.(`The last start was killed: ending what it left behind (${orphans.join(', ')}).`),
    );
    const stack = new Stack({ ...options, folder }, instance);
    try {
      await stack.launch();
    } catch (error) {
      await stack.stop();
      throw error;
    }
    return stack;
  }

  /** A path in the folder of this stack. */
  path(...parts: string[]): string {
    return join(this.options.folder, ...parts);
  }

  get ports(): Ports {
    return this.options.ports;
  }

  /** Where providers post their webhooks. */
  get webhooksUrl(): string {
    return `http://127.0.0.1:${this.ports.webhooks}`;
  }

  /** The server on which each service has a database. */
  get postgresUrl(): string {
    return this.options.postgresUrl ?? `postgresql://kelp@127.0.0.1:${this.ports.postgres}/postgres`;
  }

  databaseUrl(service: ServiceName): string {
    return databaseUrl(this.postgresUrl, service);
  }

  /** A channel to a service, with the developer's certificate; closed when the stack stops. */
  channel(service: ServiceName): Channel {
    const known = this.#channels.get(service);
    if (known) return known;
    const channel = connect({ target: `127.0.0.1:${this.ports[service]}`, service, tls: this.tls });
    this.#channels.set(service, channel);
    return channel;
  }

  /** A program's process id, as long as it runs. */
  pid(name: ProgramName): number | undefined {
    return this.#programs.get(name)?.pid;
  }

  /** Stops everything in order: the services, those that call before those that are called; then PostgreSQL. */
  stop(): Promise<void> {
    this.#stopping ??= this.stopAll();
    return this.#stopping;
  }

  private async stopAll(): Promise<void> {
    for (const channel of this.#channels.values()) channel.close();
    await this.#programs.get('ingest')?.stop();
    await Promise.all(
      services.flatMap((service) => this.#programs.get(service) ?? []).map((program) => program.stop()),
    );
    await this.#programs.get('postgres')?.stop();
    this.instance.release();
  }

  private async launch(): Promise<void> {
    const { options } = this;
    await checkPorts(this.ports, { isPostgresNeeded: !options.postgresUrl });
    await checkServers(options);
    for (const folder of ['state', 'logs']) mkdirSync(this.path(folder), { recursive: true });
    await ensureCertificates(this.path('certs'), [...services, DEVELOPER]);
    if (!options.postgresUrl) {
      await this.supervise('postgres', () => this.startPostgres());
      options.onProgress?.(`PostgreSQL serves on 127.0.0.1:${this.ports.postgres}.`);
    }
    await Promise.all(services.map((service) => runNode(this.nodeProgram(service, 'migrate'))));
    options.signal?.throwIfAborted();
    options.onProgress?.('The databases are migrated.');
    await Promise.all(
      services.map((service) => this.supervise(service, (signal) => this.startService(service, signal))),
    );
    options.onProgress?.('The services serve, with mutual TLS.');
  }

  private async supervise(name: ProgramName, start: Supervision['start']): Promise<void> {
    const program = new Supervised({
      name,
      start,
      onFailure: (sentence) => this.options.onTrouble?.(`${sentence}.`),
      onRecovery: () => this.options.onTrouble?.(`${name} is back.`),
    });
    this.#programs.set(name, program);
    await program.start(this.options.signal);
  }

  private startPostgres() {
    return startPostgresProgram({
      dataDir: this.path('postgres'),
      port: this.ports.postgres,
      log: this.logOf('postgres'),
      durable: this.options.durable ?? true,
      onSpawn: (pid) => this.instance.add('postgres', pid),
    });
  }

  private startService(service: ServiceName, signal: AbortSignal) {
    const target = `127.0.0.1:${this.ports[service]}`;
    return startService({ ...this.nodeProgram(service), target, tls: this.tls }, signal);
  }

  private nodeProgram(service: ServiceName, ...args: string[]) {
    const surroundings: Surroundings = {
      ports: this.ports,
      postgresUrl: this.postgresUrl,
      queueUrl: this.options.queueUrl ?? '',
      stateFolder: this.path('state'),
      tlsOf: (name) => tlsFilesIn(this.path('certs'), name),
    };
    return {
      name: service,
      args: [mainOf(service), ...args],
      env: { ...this.options.env, ...environmentOf(service, surroundings), ...this.options.instead?.[service] },
      log: this.logOf(service),
      onSpawn: (pid: number) => this.instance.add(service, pid),
    };
  }

  private logOf(name: ProgramName): string {
    return this.path('logs', `${name}.log`);
  }
}
