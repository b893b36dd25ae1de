import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { tooManyAtOnce } from './sign-in.errors.js';

/** What OWASP asks for at the least: 19 MiB, twice. */
const PARAMETERS = {
  parallelism: 1,
  iterations: 2,
  memorySize: 19_456,
  hashLength: 32,
  outputType: 'encoded',
} as const;
const PREFIX = `$argon2id$v=19$m=${PARAMETERS.memorySize},t=${PARAMETERS.iterations},p=${PARAMETERS.parallelism}$`;
const SALT_BYTES = 16;
/** Who comes when so many wait already would wait for seconds. */
const WAITING_MAX = 32;

const PROGRAM = fileURLToPath(new URL('./argon2.worker.mjs', import.meta.url));

interface Waiting {
  resolve(result: string | boolean): void;
  reject(error: unknown): void;
}

/**
 * Hashes passwords with argon2id, in a thread of its own. One at a time: each takes the memory that it is meant to take,
 * and as many as there are cores would take them from all other calls.
 */
@Injectable()
export class PasswordHasher implements OnApplicationShutdown {
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #last = 0;
  #nobodys: Promise<string> | undefined;

  constructor(private readonly waitingMax = WAITING_MAX) {}

  /** The hash of a password, as PHC writes it. @throws TOO_MANY_ATTEMPTS */
  async hash(password: string): Promise<string> {
    return (await this.ask({
      options: { ...PARAMETERS, password: normal(password), salt: randomBytes(SALT_BYTES) },
    })) as string;
  }

  /**
   * Whether it is the password. Where there is no hash it is not, which takes as long to find out.
   * @throws TOO_MANY_ATTEMPTS
   */
  async verify(password: string, hash: string | undefined): Promise<boolean> {
    this.#nobodys ??= this.hash(randomBytes(SALT_BYTES).toString('hex')).catch((error: unknown) => {
      this.#nobodys = undefined;
      throw error;
    });
    const nobodys = await this.#nobodys;
    // None at all is no password, either.
    const isRight = await this.ask({ password: normal(password) || '-', hash: hash ?? nobodys });
    return isRight === true && hash !== undefined && password !== '';
  }

  /** Whether it was made otherwise than hashes are made now. */
  isOutdated(hash: string): boolean {
    return !hash.startsWith(PREFIX);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#worker?.terminate();
  }

  private ask(question: object): Promise<string | boolean> {
    if (this.#waiting.size >= this.waitingMax) throw tooManyAtOnce();
    const id = ++this.#last;
    this.#worker ??= this.start();
    const worker = this.#worker;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      worker.ref();
      worker.postMessage({ id, ...question });
    });
  }

  private start(): Worker {
    const worker = new Worker(PROGRAM, { env: {}, execArgv: [] });
    worker.on('message', ({ id, result, problem }: { id: number; result?: string | boolean; problem?: string }) => {
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (this.#waiting.size === 0) worker.unref();
      if (result === undefined) waiting?.reject(new Error(`Could not hash: ${problem}`));
      else waiting?.resolve(result);
    });
    const end = (error: Error) => {
      if (this.#worker !== worker) return;
      this.#worker = undefined;
      for (const { reject } of this.#waiting.values()) reject(error);
      this.#waiting.clear();
    };
    worker.on('error', end);
    worker.on('exit', (code) => end(new Error(`The thread that hashes ended with ${code}.`)));
    return worker;
  }
}

/** Keyboards write the same letters in different ways. */
const normal = (password: string): string => password.normalize('NFKC');
