import fc from 'fast-check';
import type { Condition, MergeProgram, SlottedText, Step } from './merge-program.js';
import { type Place, places } from './place.js';
import { formatProgram, parseProgram } from './program-form.js';

const literals = (steps: number) =>
  fc.array(fc.string({ unit: 'binary' }), { minLength: steps + 1, maxLength: steps + 1 });

interface Counts {
  readonly fields: number;
  readonly scopes: number;
  readonly writings: number;
}

const condition = (fields: number): fc.Arbitrary<Condition> =>
  fc.letrec<{ condition: Condition }>((tie) => ({
    condition: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.tuple(fc.constant('field' as const), fc.nat({ max: fields - 1 })),
      fc.tuple(fc.constant('value' as const), fc.oneof(fc.string(), fc.boolean(), fc.integer(), fc.constant(null))),
      fc.tuple(fc.constant('not' as const), tie('condition')),
      fc.tuple(fc.constantFrom('and' as const, 'or' as const), tie('condition'), tie('condition')),
      fc.tuple(fc.constantFrom('==' as const, '<=' as const), tie('condition'), tie('condition')),
    ),
  })).condition;

const slotted = ({ fields, scopes, writings }: Counts, depth = 2): fc.Arbitrary<SlottedText> => {
  const body =
    depth === 0
      ? fc.constant({ literals: ['x'], slots: [] })
      : fc.memo(() => slotted({ fields, scopes, writings }, depth - 1))();
  const step: fc.Arbitrary<Step> = fc.oneof(
    fc.nat({ max: writings - 1 }),
    fc.record({
      kind: fc.constant('each' as const),
      list: fc.nat({ max: fields - 1 }),
      scope: fc.nat({ max: scopes - 1 }),
      body,
    }),
    fc.record({
      kind: fc.constant('if' as const),
      branches: fc.array(fc.record({ condition: fc.oneof(fc.constant(null), condition(fields)), body }), {
        minLength: 1,
        maxLength: 3,
      }),
    }),
  );
  return fc
    .array(step, { maxLength: 4 })
    .chain((slots) => fc.record({ literals: literals(slots.length), slots: fc.constant(slots) }));
};

const program: fc.Arbitrary<MergeProgram> = fc
  .record({
    fields: fc.integer({ min: 1, max: 5 }),
    scopes: fc.nat({ max: 3 }),
    writings: fc.integer({ min: 1, max: 5 }),
  })
  .chain(({ fields, scopes, writings }) => {
    const counts = { fields, scopes: scopes + 1, writings };
    const writing = fc.record(
      {
        field: fc.nat({ max: fields - 1 }),
        place: fc.constantFrom(...(Object.keys(places) as Place[])),
        fallback: fc.string(),
      },
      { requiredKeys: ['field', 'place'] },
    );
    return fc.record({
      fields: fc.array(fc.record({ scope: fc.constant(0), path: fc.string() }), {
        minLength: fields,
        maxLength: fields,
      }),
      scopes: fc.array(fc.nat({ max: fields - 1 }), { minLength: scopes, maxLength: scopes }),
      writings: fc.array(writing, { minLength: writings, maxLength: writings }),
      subject: slotted(counts),
      preheader: slotted(counts, 0),
      html: slotted(counts),
      text: slotted(counts, 0),
    });
  });

describe('the stored form of a program', () => {
  it('gives the program back', () => {
    fc.assert(fc.property(program, (given) => expect(parseProgram(formatProgram(given))).toEqual(given)));
  });

  it('does not change: published versions have it', () => {
    const empty = { literals: [''], slots: [] };
    const given: MergeProgram = {
      fields: [
        { scope: 0, path: 'items' },
        { scope: 1, path: 'name' },
      ],
      scopes: [0],
      writings: [{ field: 1, place: 'html', fallback: 'x' }],
      subject: { literals: ['Hi'], slots: [] },
      preheader: empty,
      html: {
        literals: ['<p>', '</p>'],
        slots: [
          {
            kind: 'if',
            branches: [
              {
                condition: ['not', ['==', ['field', 0], ['value', null]]],
                body: {
                  literals: ['', ''],
                  slots: [{ kind: 'each', list: 0, scope: 1, body: { literals: ['', ' '], slots: [0] } }],
                },
              },
              { condition: null, body: empty },
            ],
          },
        ],
      },
      text: empty,
    };
    expect(formatProgram(given)).toBe(
      '[2,[[0,"items"],[1,"name"]],[0],[[1,"html","x"]],["Hi"],[""],' +
        '["<p>",["if",["not",["==",["field",0],["value",null]]],["",["each",0,1,["",0," "]],""],null,[""]],"</p>"],[""]]',
    );
    expect(Object.keys(places)).toEqual([
      'plain',
      'html',
      'address',
      'addressPart',
      'contact',
      'css',
      'cssAddress',
      'text',
    ]);
  });

  it('of the first versions is still read', () => {
    const first = '[1,["name"],[[0,"plain"],[0,"html"]],["Hi ",0,"!"],["<p>",1,"</p>"]]';
    expect(parseProgram(first)).toEqual({
      fields: [{ scope: 0, path: 'name' }],
      scopes: [],
      writings: [
        { field: 0, place: 'plain' },
        { field: 0, place: 'html' },
      ],
      subject: { literals: ['Hi ', '!'], slots: [0] },
      preheader: { literals: [''], slots: [] },
      html: { literals: ['<p>', '</p>'], slots: [1] },
      text: { literals: [''], slots: [] },
    });
  });

  it('is refused in a format that is not known yet', () => {
    expect(() => parseProgram('[3,[],[],[""],[""]]')).toThrow('unknown format 3');
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
      '[2,[],[],[],[""],[""],[""]]',
      '[2,[[1,"a"]],[],[],[""],[""],[""],[""]]',
      '[2,[[1,"a"]],[0],[],[""],[""],[""],[""]]',
      '[2,[[0,"a"]],[],[[0,"html",1]],[""],[""],[""],[""]]',
      '[2,[[0,"a"]],[],[],["",["if"],""],[""],[""],[""]]',
      '[2,[[0,"a"]],[],[],["",["if",["=",["field",0],["field",0]],[""]],""],[""],[""],[""]]',
      '[2,[[0,"a"]],[],[],["",["if",["field",1],[""]],""],[""],[""],[""]]',
      '[2,[[0,"a"]],[],[],["",["each",0,1,[""]],""],[""],[""],[""]]',
      '[2,[[0,"a"]],[0],[],["",["each",0,1],""],[""],[""],[""]]',
    ]) {
      expect(() => parseProgram(form)).toThrow(/corrupt|unknown format/);
    }
  });
});
