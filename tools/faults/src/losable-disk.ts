import { execFileSync, spawnSync } from 'node:child_process';
import { rmSync, truncateSync, writeFileSync } from 'node:fs';

const SIZE_BYTES = 1024 ** 3;

const run = (command: string, ...args: readonly string[]) => execFileSync(command, args, { stdio: 'pipe' });

/**
 * A disk that can lose its power: a file system on a file, of which the file holds what the system has written to the
 * device, and not what it still keeps in memory.
 */
export class LosableDisk {
  #losses = 0;

  private constructor(
    private readonly image: string,
    private readonly folder: string,
  ) {}

  /**
   * A disk at an empty folder; undefined where this process may not have one.
   * @param image a file beside it, which it makes
   */
  static at(folder: string, image: string): LosableDisk | undefined {
    if (process.platform !== 'linux' || process.getuid?.() !== 0) return undefined;
    writeFileSync(image, '');
    truncateSync(image, SIZE_BYTES);
    if (spawnSync('mkfs.ext4', ['-q', '-F', image]).status !== 0) return undefined;
    return spawnSync('mount', ['-o', 'loop', image, folder]).status === 0 ? new LosableDisk(image, folder) : undefined;
  }

  /** Writes everything to the device, as the system does every half minute. */
  sync(): void {
    run('sync', '--file-system', this.folder);
  }

  /** What the device holds at this moment, kept aside. Nobody must be writing. */
  remember(): void {
    run('cp', '--sparse=always', this.current, this.next);
  }

  /** Comes back as the device was when it was remembered: what was only in memory is gone. Nobody must use it. */
  comeBack(): void {
    run('umount', this.folder);
    this.#losses++;
    run('mount', '-o', 'loop', this.current, this.folder);
  }

  /** Takes it away, with all that is on it. */
  remove(): void {
    spawnSync('umount', ['--lazy', this.folder]);
    for (const file of [this.image, this.current, this.next]) rmSync(file, { force: true });
  }

  private get current(): string {
    return this.#losses === 0 ? this.image : `${this.image}.${this.#losses}`;
  }

  private get next(): string {
    return `${this.image}.${this.#losses + 1}`;
  }
}
