import { narrowed } from '../gates/narrowed.mjs';

describe('a limit', () => {
  it.each([
    ['a field is required now', {}, { required: true }],
    ['a longest text is shorter', { string: { max_len: 9n } }, { string: { max_len: 8n } }],
    ['a shortest text is longer', { string: { min_len: 1n } }, { string: { min_len: 2n } }],
    ['a shortest text is new', { string: {} }, { string: { min_len: 1n } }],
    ['a range is new', {}, { int32: { gte: 0 } }],
    ['a range begins higher', { int32: { gte: 0, lte: 9 } }, { int32: { gte: 1, lte: 9 } }],
    ['a range ends lower', { int32: { gte: 0, lte: 9 } }, { int32: { gte: 0, lte: 8 } }],
    ['a pattern is another one', { string: { pattern: '^a$' } }, { string: { pattern: '^b$' } }],
    ['one more value is refused', { enum: { not_in: [0] } }, { enum: { not_in: [0, 1] } }],
    ['only known values are taken', {}, { enum: { defined_only: true } }],
    ['a path is gone', { field_mask: { in: ['a', 'b'] } }, { field_mask: { in: ['a'] } }],
    ['the items of a list are limited', { repeated: {} }, { repeated: { items: { string: { max_len: 9n } } } }],
    [
      'the keys of a map are limited more',
      { map: { keys: { string: { max_len: 9n } } } },
      { map: { keys: { string: { max_len: 1n } } } },
    ],
    ['the empty value counts now', { ignore: 1, string: { pattern: '^a$' } }, { string: { pattern: '^a$' } }],
    ['rules count that never did', undefined, { string: { max_len: 9n } }],
  ])('is stricter where %s', (_what, before, after) => {
    expect(narrowed(before, after)).toHaveLength(1);
  });

  it.each([
    ['nothing changed', { string: { max_len: 9n, pattern: '^a$' } }, { string: { max_len: 9n, pattern: '^a$' } }],
    ['it is gone', { required: true, string: { max_len: 9n } }, {}],
    ['it never counts any more', { string: { max_len: 9n } }, undefined],
    ['it is wider', { string: { min_len: 2n, max_len: 9n } }, { string: { min_len: 1n, max_len: 10n } }],
    ['a path was added', { field_mask: { in: ['a'] } }, { field_mask: { in: ['a', 'b'] } }],
    ['fewer values are refused', { enum: { not_in: [0, 1] } }, { enum: { not_in: [0] } }],
    ['it says that texts may be empty', {}, { string: { min_len: 0n } }],
  ])('is not stricter where %s', (_what, before, after) => {
    expect(narrowed(before, after)).toEqual([]);
  });
});
