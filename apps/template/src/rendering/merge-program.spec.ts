import fc from 'fast-check';
import { formatProgram, type MergeProgram, parseProgram, type SlottedText } from './merge-program.js';
import { type Place, places } from './place.js';

const slotted = (writings: number): fc.Arbitrary<SlottedText> =>
  fc.array(fc.nat({ max: Math.max(0, writings - 1) }), { maxLength: writings === 0 ? 0 : 10 }).chain((slots) =>
    fc.record({
      literals: fc.array(fc.string({ unit: 'binary' }), { minLength: slots.length + 1, maxLength: slots.length + 1 }),
      slots: fc.constant(slots),
    }),
  );

const program: fc.Arbitrary<MergeProgram> = fc.uniqueArray(fc.string({ minLength: 1 })).chain((fields) => {
  const writing = fc.record({
    field: fc.nat({ max: Math.max(0, fields.length - 1) }),
    place: fc.constantFrom(...(Object.keys(places) as Place[])),
  });
  return fc.array(writing, { maxLength: fields.length === 0 ? 0 : 10 }).chain((writings) =>
    fc.record({
      fields: fc.constant(fields),
      writings: fc.constant(writings),
      subject: slotted(writings.length),
      html: slotted(writings.length),
    }),
  );
});

describe('the stored form of a program', () => {
  it('gives the program back', () => {
    fc.assert(fc.property(program, (given) => expect(parseProgram(formatProgram(given))).toEqual(given)));
  });

  it('does not change: published versions have it', () => {
    const given: MergeProgram = {
      fields: ['name'],
      writings: [
        { field: 0, place: 'plain' },
        { field: 0, place: 'html' },
      ],
      subject: { literals: ['Hi ', '!'], slots: [0] },
      html: { literals: ['<p>', '</p>'], slots: [1] },
    };
    expect(formatProgram(given)).toBe('[1,["name"],[[0,"plain"],[0,"html"]],["Hi ",0,"!"],["<p>",1,"</p>"]]');
    expect(Object.keys(places)).toEqual(['plain', 'html', 'address', 'addressPart', 'contact', 'css', 'cssAddress']);
  });

  it('is refused in a format that is not known yet', () => {
    expect(() => parseProgram('[2,[],[],[""],[""]]')).toThrow('unknown format 2');
  });

  it('is refused where it is corrupt', () => {
    for (const form of [
      '{}',
      '[]',
      '[1]',
      '[1,[],[],[],[""]]',
      '[1,[],[],["",0,""],[""]]',
      '[1,["a"],[[1,"html"]],[""],[""]]',
      '[1,["a"],[[0,"toString"]],[""],[""]]',
      '[1,["a"],[[0,"html"]],["",0],[""]]',
      '[1,["a"],[[0,"html"]],[0],[""]]',
      '[1,[1],[],[""],[""]]',
    ]) {
      expect(() => parseProgram(form)).toThrow(/corrupt|unknown format/);
    }
  });
});
