import { EventType } from '@kelp/contract-event';
import fc from 'fast-check';
import { added, type Count, mismatches, sum } from './counts.js';

const count = fc.record({
  template: fc.constantFrom('one', 'two'),
  version: fc.integer({ min: 1, max: 3 }),
  type: fc.constantFrom(EventType.OPENED, EventType.CLICKED, EventType.DELIVERED),
  count: fc.integer({ min: 1, max: 1000 }),
});
const counts = fc.uniqueArray(count, { selector: ({ template, version, type }) => `${template} ${version} ${type}` });
const opened: Count = { template: 'one', version: 1, type: EventType.OPENED, count: 5 };

/** What the store says after both. */
const together = (one: readonly Count[], other: readonly Count[]): Count[] => {
  const rest = other.filter(
    (its) => !one.some((mine) => mismatches([{ ...mine, count: its.count }], [its]).length === 0),
  );
  const both = one.map((mine) => {
    const same = other.find((its) => mismatches([{ ...mine, count: its.count }], [its]).length === 0);
    return { ...mine, count: mine.count + (same?.count ?? 0) };
  });
  return [...both, ...rest];
};

describe('what was added', () => {
  it('is what a second run stored, whatever the first one did', () => {
    fc.assert(
      fc.property(counts, counts, (first, second) => {
        const result = added(first, together(first, second));
        expect(mismatches(second, result)).toEqual([]);
        expect(sum(result)).toBe(sum(second));
      }),
    );
  });

  it('shows a count that shrank', () => {
    expect(added([opened], [{ ...opened, count: 3 }])).toEqual([{ ...opened, count: -2 }]);
  });
});

describe('the comparison', () => {
  it('finds nothing where everything is as it should be, in any order', () => {
    fc.assert(fc.property(counts, (some) => expect(mismatches(some, some.toReversed())).toEqual([])));
  });

  it('finds what is missing, what is too much, and what nobody posted', () => {
    expect(mismatches([opened], [])).toEqual([{ ...opened, count: 0, expected: 5 }]);
    expect(mismatches([opened], [{ ...opened, count: 6 }])).toEqual([{ ...opened, count: 6, expected: 5 }]);
    expect(mismatches([], [opened])).toEqual([{ ...opened, expected: 0 }]);
  });
});
