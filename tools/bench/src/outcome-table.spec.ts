import { outcomeTable } from './outcome-table.js';

const measures = [{ name: 'posted', unit: 'events/s' }];

describe('the table of an outcome', () => {
  it('tells contestants as ratios to the first one', () => {
    const contestants = [
      { name: 'one', values: { posted: 40_000 } },
      { name: 'other', values: { posted: 50_000.4 } },
    ];
    const lines = outcomeTable({ measures, contestants, notes: ['A note.'] }).split('\n');
    expect(lines[2]).toMatch(/^one +40,000 +1\.00$/);
    expect(lines[3]).toMatch(/^other +50,000 +1\.25$/);
    expect(lines[4]).toBe('A note.');
  });

  it('has no ratio where there is nobody to compare with', () => {
    expect(outcomeTable({ measures, contestants: [{ name: 'one', values: { posted: 1.234 } }] })).not.toContain(
      'ratio',
    );
  });
});
