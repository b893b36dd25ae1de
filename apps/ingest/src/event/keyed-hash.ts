import { createHash, hash } from 'node:crypto';

const BLOCK_BYTES = 64;

/**
 * HMAC with SHA-256 and one key for ever. Its two pads are made once; for the short texts that are hashed here, making an
 * Hmac object each time would cost several times as much as the hashing.
 */
export class KeyedHash {
  private readonly inner = Buffer.alloc(BLOCK_BYTES, 0x36);
  private readonly outer = Buffer.alloc(BLOCK_BYTES, 0x5c);

  constructor(key: Uint8Array) {
    const block = key.length > BLOCK_BYTES ? createHash('sha256').update(key).digest() : key;
    for (const [index, byte] of block.entries()) {
      this.inner[index]! ^= byte;
      this.outer[index]! ^= byte;
    }
  }

  digest(...parts: readonly Uint8Array[]): Buffer {
    const inside = hash('sha256', Buffer.concat([this.inner, ...parts]), 'buffer');
    return hash('sha256', Buffer.concat([this.outer, inside]), 'buffer');
  }
}
