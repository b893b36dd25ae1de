import { createHash } from 'node:crypto';

/** An entry as far as the chain goes. */
export interface Link {
  readonly sequence: bigint;
  readonly body: string;
  readonly previousHash: Uint8Array;
  readonly hash: Uint8Array;
}

/** The hash before the first entry. */
export const emptyHash: Buffer = createHash('sha256').digest();

const hashOf = (previousHash: Uint8Array, body: string): Buffer =>
  createHash('sha256').update(previousHash).update(body).digest();

/** Follows a chain from its beginning, one entry after the other. */
export class ChainCheck {
  #hash: Buffer = emptyHash;
  #sequence = 0n;

  /** The last entry that fits. */
  get sequence(): bigint {
    return this.#sequence;
  }

  /** Its hash. */
  get hash(): Buffer {
    return this.#hash;
  }

  /** What is wrong with the next entry; undefined where it fits. */
  next({ sequence, body, previousHash, hash }: Link): string | undefined {
    const expected = this.#sequence + 1n;
    if (sequence !== expected) return `Entry ${expected} is missing.`;
    if (sequenceIn(body) !== String(sequence)) return `Entry ${sequence} says that it is another one.`;
    if (!this.#hash.equals(previousHash)) return `Entry ${sequence} does not follow the one before it.`;
    const own = hashOf(this.#hash, body);
    if (!own.equals(hash)) return `Entry ${sequence} was changed.`;
    this.#hash = own;
    this.#sequence = sequence;
    return undefined;
  }
}

function sequenceIn(body: string): string | undefined {
  try {
    return String((JSON.parse(body) as { sequence?: unknown }).sequence);
  } catch {
    return undefined; // no JSON: wrong in any case
  }
}

/** What a checkpoint signs. */
export const checkpointText = (organization: string, sequence: bigint, hash: Uint8Array, time: Date): string =>
  ['kelp-audit-checkpoint', organization, sequence, Buffer.from(hash).toString('hex'), time.toISOString()].join('\n');
