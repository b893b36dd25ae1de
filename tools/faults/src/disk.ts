import { spawnSync } from 'node:child_process';
import { statfsSync } from 'node:fs';

const SIZE_BYTES = 3 * 1024 ** 3;
/** So much may still be written when it is full. */
const LEFT_BYTES = 64 * 1024;

const mount = (...args: readonly string[]): boolean => spawnSync('mount', args).status === 0;

/** A disk of one's own in memory, of which nothing is used but what is written. Whoever may mount can have one. */
export class Disk {
  readonly #onExit = () => this.remove();

  private constructor(private readonly folder: string) {
    process.once('exit', this.#onExit);
  }

  /** A disk at an empty folder; undefined where this process may not have one. */
  static at(folder: string): Disk | undefined {
    if (process.platform !== 'linux' || process.getuid?.() !== 0) return undefined;
    return mount('-t', 'tmpfs', '-o', `size=${SIZE_BYTES}`, 'kelp-faults', folder) ? new Disk(folder) : undefined;
  }

  /** From now on it has no more room than somebody's last words take. */
  fill(): void {
    const { blocks, bfree, bsize } = statfsSync(this.folder);
    this.resize((blocks - bfree) * bsize + LEFT_BYTES);
  }

  empty(): void {
    this.resize(SIZE_BYTES);
  }

  /** Takes it away, with all that is on it. */
  remove(): void {
    process.off('exit', this.#onExit);
    spawnSync('umount', ['--lazy', this.folder]);
  }

  private resize(bytes: number): void {
    if (!mount('-o', `remount,size=${bytes}`, this.folder)) throw new Error('The disk cannot be resized.');
  }
}
