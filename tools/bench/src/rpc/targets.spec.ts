import { targets } from './targets.js';

const outcome = {
  title: 'one at a time',
  measures: [{ name: 'rate', unit: 'calls/s' }],
  contestants: [
    { name: 'theirs', values: { rate: 100 } },
    { name: 'ours', values: { rate: 250 } },
  ],
};
const target = { of: 'ours', to: 'theirs', in: 'one at a time' };

describe('the table of targets', () => {
  it('says which ratios are reached and which are missed', () => {
    const { rows } = targets(
      [
        { ...target, atLeast: 2 },
        { ...target, atLeast: 3 },
      ],
      [outcome],
      [],
    );
    expect(rows).toEqual([
      ['ours / theirs, one at a time', '≥ 2', '2.50', 'reached'],
      ['ours / theirs, one at a time', '≥ 3', '2.50', 'missed'],
    ]);
  });

  it('leaves out those whom nobody measured', () => {
    expect(targets([{ ...target, to: 'absent', atLeast: 2 }], [outcome], []).rows).toEqual([]);
  });
});
