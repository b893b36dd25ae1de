import fc from 'fast-check';
import { assign } from './assign.js';
import { sampleRatioP } from './statistics.js';

const id = fc.uuid();
const unit = fc.uint8Array({ minLength: 16, maxLength: 16 });
const weights = fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 2, maxLength: 10 });

it('gives a unit the same variant each time, and always one', () => {
  fc.assert(
    fc.property(id, unit, weights, (experiment, of, all) => {
      const place = assign(experiment, of, all);
      expect(all[place]).toBeDefined();
      expect(assign(experiment, of, all)).toBe(place);
    }),
  );
});

it('splits many units as the weights say, and in each experiment anew', () => {
  const counts = [0, 0, 0];
  const both = [0, 0, 0, 0];
  for (let index = 0; index < 30_000; index += 1) {
    const of = Buffer.alloc(16);
    of.writeUInt32BE(index, 12);
    counts[assign('one', of, [1, 2, 3])]! += 1;
    both[assign('one', of, [1, 1]) * 2 + assign('two', of, [1, 1])]! += 1;
  }
  expect(sampleRatioP(counts, [1, 2, 3])).toBeGreaterThan(0.001);
  expect(sampleRatioP(both, [1, 1, 1, 1])).toBeGreaterThan(0.001);
});
