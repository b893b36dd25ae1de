import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { ERROR_BOUND, EXACT_MAX, Sketch } from './sketch.js';

const hashOf = (value: number | string) => createHash('sha256').update(String(value)).digest().readBigUInt64BE();
const sketchOf = (hashes: Iterable<bigint>) => {
  const sketch = new Sketch();
  for (const hash of hashes) sketch.add(hash);
  return sketch;
};
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => hashOf(from + index));
const unionOf = (...sketches: Sketch[]) => {
  const union = new Sketch();
  for (const sketch of sketches) union.addAll(sketch);
  return union;
};

/** Sets from none to some thousand hashes, of which some are the same. */
const hashes = fc
  .tuple(
    fc.integer({ min: 0, max: 3_000 }),
    fc.oneof(fc.integer({ min: 0, max: 50 }), fc.integer({ min: 0, max: 3_000 })),
  )
  .map(([from, length]) => range(from, from + length));

describe('a sketch', () => {
  it('is exact while it is small', () => {
    for (const size of [0, 1, 100, EXACT_MAX]) {
      const own = range(0, size);
      expect(sketchOf([...own, ...own]).cardinality()).toEqual({ count: size, isExact: true });
    }
    expect(sketchOf(range(0, EXACT_MAX + 1)).cardinality().isExact).toBe(false);
  });

  it('is as near to the truth as it says, at any size', () => {
    // 40 sketches at each of some sizes: 95 of 100 within the bound, the mean far nearer, as it has no bias.
    for (const size of [1_000, 5_000, 20_000, 50_000]) {
      const errors = Array.from({ length: 40 }, (_, round) => {
        const sketch = new Sketch();
        // Hashes of a fast generator: the quality of SHA-256 is not what is tested.
        let state = BigInt(round * 1_000_003 + size);
        for (let index = 0; index < size; index += 1) {
          state = (state + 0x9e3779b97f4a7c15n) & 0xffff_ffff_ffff_ffffn;
          let mixed = ((state ^ (state >> 30n)) * 0xbf58476d1ce4e5b9n) & 0xffff_ffff_ffff_ffffn;
          mixed = ((mixed ^ (mixed >> 27n)) * 0x94d049bb133111ebn) & 0xffff_ffff_ffff_ffffn;
          sketch.add(mixed ^ (mixed >> 31n));
        }
        return sketch.cardinality().count / size - 1;
      });
      expect(errors.filter((error) => Math.abs(error) > ERROR_BOUND).length).toBeLessThanOrEqual(6);
      expect(Math.abs(errors.reduce((sum, error) => sum + error, 0) / errors.length)).toBeLessThan(ERROR_BOUND / 3);
    }
  });

  it('is the same in whatever order, however often, and in however many parts hashes come', () => {
    fc.assert(
      fc.property(hashes, hashes, hashes, (a, b, c) => {
        const [one, two, three] = [sketchOf(a), sketchOf(b), sketchOf(c)];
        const whole = sketchOf([...c, ...a, ...b, ...a]).bytes();
        expect(unionOf(one, unionOf(two, three)).bytes()).toEqual(whole);
        expect(unionOf(unionOf(three, two), one, one).bytes()).toEqual(whole);
        expect(unionOf(one, new Sketch()).bytes()).toEqual(one.bytes());
      }),
      { numRuns: 30 },
    );
  });

  it('comes back from its bytes, and goes on', () => {
    fc.assert(
      fc.property(hashes, hashes, (a, b) => {
        const back = Sketch.of(sketchOf(a).bytes());
        expect(back.cardinality()).toEqual(sketchOf(a).cardinality());
        back.addAll(sketchOf(b));
        expect(back.bytes()).toEqual(sketchOf([...a, ...b]).bytes());
      }),
      { numRuns: 30 },
    );
  });

  it('refuses bytes that are no sketch', () => {
    const dense = sketchOf(range(0, 1_000)).bytes();
    for (const bytes of [Buffer.alloc(0), Buffer.of(9), Buffer.of(1, 2), dense.subarray(1), dense.subarray(0, -1)]) {
      expect(() => Sketch.of(bytes)).toThrow('no sketch');
    }
  });

  it('is confirmed by what it holds, and by nothing else', () => {
    fc.assert(
      fc.property(hashes, hashes, (a, b) => {
        const [one, other] = [sketchOf(a), sketchOf([...a, ...b])];
        expect(one.confirms(one)).toBe(true);
        expect(other.confirms(one)).toBe(
          !other.cardinality().isExact || new Set([...a, ...b]).size === new Set(a).size,
        );
        expect(sketchOf([]).confirms(one)).toBe(a.length === 0);
      }),
      { numRuns: 20 },
    );
  });

  it('forgets one for another where it can tell', () => {
    const sketch = sketchOf(range(0, 10));
    sketch.replace(hashOf(3), hashOf('nobody'));
    expect([sketch.holds(hashOf(3)), sketch.holds(hashOf('nobody')), sketch.cardinality().count]).toEqual([
      false,
      true,
      10,
    ]);
  });
});
