/** How many different ones are told exactly: as many as take the space of the registers. */
export const EXACT_MAX = 768;
/** Two to the 13th registers: the standard error is 1.04 / √8192. */
const PRECISION = 13;
const REGISTERS = 1 << PRECISION;
/** The bits of a hash that are left to find a rank in, and so the highest rank but one. */
const RANK_BITS = 64 - PRECISION;
const HASH_BYTES = 8;
const BITS_PER_REGISTER = 6;
const DENSE_BYTES = (REGISTERS * BITS_PER_REGISTER) / 8;

/** Of an estimate: 95 of 100 are not farther from the truth, as a part of it. */
export const ERROR_BOUND = (1.96 * 1.04) / Math.sqrt(REGISTERS);

/** The first byte of an exact one. */
export const EXACT = 1;
const DENSE = 2;

/** How many different ones there are, exactly or as an estimate. */
export interface Cardinality {
  readonly count: number;
  readonly isExact: boolean;
}

/**
 * A set of hashes that only tells how many it holds. Up to `EXACT_MAX` it holds them all; beyond, it is a HyperLogLog of 6 KiB, from
 * which no hash can be read. The same hashes make the same sketch, in whatever order and however often they come, and unions of
 * sketches are sketches of unions.
 */
export class Sketch {
  /** While it is exact. A hash is one number of 64 bits. */
  private hashes: Set<bigint> | undefined = new Set();
  private registers: Uint8Array | undefined;

  /** Reads what `bytes` gave. */
  static of(bytes: Uint8Array): Sketch {
    const sketch = new Sketch();
    const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    if (data[0] === EXACT && (data.length - 1) % HASH_BYTES === 0) {
      for (let at = 1; at < data.length; at += HASH_BYTES) sketch.add(data.readBigUInt64BE(at));
    } else if (data[0] === DENSE && data.length === 1 + DENSE_BYTES) {
      sketch.hashes = undefined;
      sketch.registers = unpacked(data.subarray(1));
    } else {
      throw new Error('These bytes are no sketch.');
    }
    return sketch;
  }

  /** @param hash 64 bits that look random */
  add(hash: bigint): void {
    if (!this.hashes) {
      this.raise(hash);
      return;
    }
    this.hashes.add(hash);
    if (this.hashes.size > EXACT_MAX) this.toRegisters();
  }

  /** Adds all that another one holds. A union of exact ones stays exact while it fits. */
  addAll(other: Sketch): void {
    if (other.hashes) {
      for (const hash of other.hashes) this.add(hash);
      return;
    }
    if (this.hashes) this.toRegisters();
    const registers = this.registers!;
    const others = other.registers!;
    for (let index = 0; index < REGISTERS; index += 1) {
      if (others[index]! > registers[index]!) registers[index] = others[index]!;
    }
  }

  /** Puts another hash in the place of one: exactly where it holds them, and otherwise beside it. */
  replace(hash: bigint, by: bigint): void {
    this.hashes?.delete(hash);
    this.add(by);
  }

  /** Whether it is known to hold a hash: a HyperLogLog cannot tell. */
  holds(hash: bigint): boolean {
    return this.hashes?.has(hash) ?? false;
  }

  /** Whether it holds all that another one holds, and, where it is exact, nothing else. */
  confirms(truth: Sketch): boolean {
    if (this.hashes) {
      const { hashes } = this;
      const others = [...(truth.hashes ?? [])];
      return truth.hashes !== undefined && others.length === hashes.size && others.every((hash) => hashes.has(hash));
    }
    const union = new Sketch();
    union.addAll(truth);
    if (union.hashes) union.toRegisters();
    return union.registers!.every((rank, index) => rank <= this.registers![index]!);
  }

  cardinality(): Cardinality {
    if (this.hashes) return { count: this.hashes.size, isExact: true };
    return { count: Math.round(estimate(this.registers!)), isExact: false };
  }

  bytes(): Buffer {
    if (!this.hashes) return Buffer.concat([Buffer.of(DENSE), packed(this.registers!)]);
    const data = Buffer.alloc(1 + this.hashes.size * HASH_BYTES);
    data[0] = EXACT;
    const sorted = [...this.hashes].sort((a, b) => (a < b ? -1 : 1));
    for (const [index, hash] of sorted.entries()) data.writeBigUInt64BE(hash, 1 + index * HASH_BYTES);
    return data;
  }

  private toRegisters(): void {
    const hashes = this.hashes!;
    this.hashes = undefined;
    this.registers = new Uint8Array(REGISTERS);
    for (const hash of hashes) this.raise(hash);
  }

  /** The first bits choose a register, which keeps how rare the rarest of its hashes was. */
  private raise(hash: bigint): void {
    const high = Number(hash >> 32n);
    const index = high >>> (32 - PRECISION);
    const restHigh = high & ((1 << (32 - PRECISION)) - 1);
    const rank =
      restHigh !== 0
        ? Math.clz32(restHigh) - PRECISION + 1
        : 32 - PRECISION + Math.clz32(Number(hash & 0xffff_ffffn)) + 1;
    const registers = this.registers!;
    if (rank > registers[index]!) registers[index] = rank;
  }
}

/** Ertl's improved estimator: no bias at any size, and no tables. */
function estimate(registers: Uint8Array): number {
  const counts = new Array<number>(RANK_BITS + 2).fill(0);
  for (const rank of registers) counts[rank]! += 1;
  let z = REGISTERS * tau(1 - counts[RANK_BITS + 1]! / REGISTERS);
  for (let rank = RANK_BITS; rank >= 1; rank -= 1) z = 0.5 * (z + counts[rank]!);
  z += REGISTERS * sigma(counts[0]! / REGISTERS);
  return (REGISTERS * REGISTERS) / (2 * Math.LN2 * z);
}

function sigma(share: number): number {
  if (share === 1) return Infinity;
  let x = share;
  let y = 1;
  let z = x;
  for (let before = Number.NaN; z !== before; y += y) {
    x *= x;
    before = z;
    z += x * y;
  }
  return z;
}

function tau(share: number): number {
  if (share === 0 || share === 1) return 0;
  let x = share;
  let y = 1;
  let z = 1 - x;
  for (let before = Number.NaN; z !== before; ) {
    x = Math.sqrt(x);
    before = z;
    y *= 0.5;
    z -= (1 - x) ** 2 * y;
  }
  return z / 3;
}

/** Four registers of six bits in three bytes. */
function packed(registers: Uint8Array): Buffer {
  const data = Buffer.allocUnsafe(DENSE_BYTES);
  for (let index = 0, at = 0; index < REGISTERS; index += 4, at += 3) {
    const bits =
      (registers[index]! << 18) | (registers[index + 1]! << 12) | (registers[index + 2]! << 6) | registers[index + 3]!;
    data[at] = bits >> 16;
    data[at + 1] = bits >> 8;
    data[at + 2] = bits;
  }
  return data;
}

function unpacked(data: Buffer): Uint8Array {
  const registers = new Uint8Array(REGISTERS);
  for (let index = 0, at = 0; index < REGISTERS; index += 4, at += 3) {
    const bits = (data[at]! << 16) | (data[at + 1]! << 8) | data[at + 2]!;
    registers[index] = bits >> 18;
    registers[index + 1] = (bits >> 12) & 63;
    registers[index + 2] = (bits >> 6) & 63;
    registers[index + 3] = bits & 63;
  }
  return registers;
}
