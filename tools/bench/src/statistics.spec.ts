import fc from 'fast-check';
import { inAlternation, median, quantile } from './statistics.js';

describe('a quantile', () => {
  it('is one of the values, with that share of them below it', () => {
    const values = fc.array(fc.integer(), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(values, fc.double({ min: 0, max: 1, noNaN: true }), (all, share) => {
        const found = quantile(all, share);
        expect(all).toContain(found);
        const below = all.filter((value) => value < found).length;
        expect(below).toBeLessThanOrEqual(share * all.length);
      }),
    );
  });

  it('does not make something of nothing', () => {
    expect(() => median([])).toThrow('Nothing was measured.');
  });
});

describe('contestants in alternation', () => {
  it('take turns, and are told by their medians', async () => {
    const turns: string[] = [];
    const measured = [5, 1, 3];
    const outcome = await inAlternation(3, {
      ours: async () => {
        turns.push('ours');
        return { ms: measured[turns.filter((turn) => turn === 'ours').length - 1]! };
      },
      theirs: async () => {
        turns.push('theirs');
        return { ms: 7 };
      },
    });
    expect(turns).toEqual(['ours', 'theirs', 'ours', 'theirs', 'ours', 'theirs']);
    expect(outcome).toEqual([
      { name: 'ours', values: { ms: 3 } },
      { name: 'theirs', values: { ms: 7 } },
    ]);
  });
});
