import { table } from './table.js';

describe('a table', () => {
  it('sets texts to the left and numbers to the right', () => {
    const text = table(
      ['template', 'opened'],
      [
        ['Welcome', 1234],
        ['Order confirmation', 5],
      ],
    );
    expect(text.split('\n')).toEqual([
      'template            opened',
      '──────────────────  ──────',
      'Welcome              1,234',
      'Order confirmation       5',
    ]);
  });
});
