import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

const DIGEST_BYTES = 32;
const digestOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest();

/** The file is not what was written. */
export class StateDamaged extends Error {
  override readonly name = 'StateDamaged';
}

/** Bytes on disk that are there as a whole or not at all, whatever stops the process or the machine meanwhile. */
export class StateFile {
  constructor(readonly path: string) {}

  /**
   * @returns undefined where nothing was written yet
   * @throws StateDamaged
   */
  async read(): Promise<Buffer | undefined> {
    let content: Buffer;
    try {
      content = await readFile(this.path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
    const bytes = content.subarray(DIGEST_BYTES);
    if (!digestOf(bytes).equals(content.subarray(0, DIGEST_BYTES))) {
      throw new StateDamaged(`${this.path} is damaged.`);
    }
    return bytes;
  }

  /** Any number of processes may write at once: one of them wins. Readable to the owner only: it may hold secrets. */
  async write(bytes: Uint8Array): Promise<void> {
    const folder = dirname(this.path);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const draft = `${this.path}.${randomUUID()}`;
    try {
      await writeDurably(draft, [digestOf(bytes), bytes]);
      await rename(draft, this.path);
    } catch (error) {
      await rm(draft, { force: true });
      throw error;
    }
    // The new name is durable with its folder, not with the file.
    const entries = await open(folder, 'r');
    try {
      await entries.sync();
    } finally {
      await entries.close();
    }
  }
}

async function writeDurably(path: string, parts: readonly Uint8Array[]): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    for (const part of parts) await file.writeFile(part);
    await file.sync();
  } finally {
    await file.close();
  }
}
