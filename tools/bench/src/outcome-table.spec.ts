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

  it('tells contestants as ratios to each that they are compared with', () => {
    const contestants = [
      { name: 'theirs', values: { posted: 10 } },
      { name: 'ours', values: { posted: 40 } },
    ];
    const lines = outcomeTable({ title: 'A title', measures, contestants, references: ['theirs', 'ours'] }).split('\n');
    expect(lines.slice(0, 3)).toEqual(['A title', '', expect.stringMatching(/× theirs {2}× ours$/)]);
    expect(lines[4]).toMatch(/^theirs +10 +1\.00 +0\.25$/);
    expect(lines[5]).toMatch(/^ours +40 +4\.00 +1\.00$/);
  });

  it('has no ratio where there is nobody to compare with', () => {
    expect(outcomeTable({ measures, contestants: [{ name: 'one', values: { posted: 1.234 } }] })).not.toContain(
      'ratio',
    );
  });
});
