import { Reservoir } from './reservoir.js';

/** Numbers that look like chance, and are the same each time. */
function chance(seed: number) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

it('keeps everything until it is full, then as much as it may, and counts all', () => {
  const reservoir = new Reservoir<number>(10, chance(1));
  for (let item = 0; item < 7; item++) reservoir.offer(() => item);
  expect(reservoir.samples).toEqual([0, 1, 2, 3, 4, 5, 6]);
  for (let item = 7; item < 10_000; item++) reservoir.offer(() => item);
  expect([reservoir.samples.length, reservoir.offered]).toEqual([10, 10_000]);
});

it('gives each item the same chance, early or late', () => {
  const tenths = new Array<number>(10).fill(0);
  for (let run = 0; run < 2_000; run++) {
    const reservoir = new Reservoir<number>(10, chance(run * 7_919 + 1));
    for (let item = 0; item < 1_000; item++) reservoir.offer(() => item);
    for (const item of reservoir.samples) tenths[Math.floor(item / 100)]! += 1;
  }
  // 2,000 in each, give or take five deviations.
  for (const count of tenths) expect(Math.abs(count - 2_000)).toBeLessThan(225);
});

it('makes nothing of what it passes over, and takes nothing where there is nothing to show', () => {
  const reservoir = new Reservoir<number>(5, chance(3));
  let made = 0;
  for (let item = 0; item < 10_000; item++) {
    reservoir.offer(() => {
      made++;
      return item % 2 === 0 ? item : undefined;
    });
  }
  expect(made).toBeLessThan(100);
  expect(reservoir.samples.every((item) => item % 2 === 0)).toBe(true);
});
