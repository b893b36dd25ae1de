/** Puts 64-bit integers together and takes them apart: through memory, as arithmetic on bigints allocates at each step. */
const words = new Uint32Array(2);
const unsigned = new BigUint64Array(words.buffer);
const signed = new BigInt64Array(words.buffer);

// The words of a typed array are in the machine's order; every machine that Node.js runs on but one puts the low one first.
words[0] = 1;
const [LOW, HIGH] = unsigned[0] === 1n ? [0, 1] : [1, 0];

export function toUint64(low: number, high: number): bigint {
  words[LOW] = low;
  words[HIGH] = high;
  return unsigned[0]!;
}

export function toInt64(low: number, high: number): bigint {
  words[LOW] = low;
  words[HIGH] = high;
  return signed[0]!;
}

/** The words of the value of the last `split`. */
export const low = (): number => words[LOW]!;
export const high = (): number => words[HIGH]!;

/** @throws RangeError where the value has more than 64 bits */
export function splitUnsigned(value: bigint): void {
  unsigned[0] = value;
  if (unsigned[0] !== value) throw new RangeError(`${value} is not a uint64.`);
}

/** @throws RangeError where the value has more than 64 bits */
export function splitSigned(value: bigint): void {
  signed[0] = value;
  if (signed[0] !== value) throw new RangeError(`${value} is not an int64.`);
}
