import { StatusError } from '@kelp/status';
import { sampleProgram } from '../../test/sample-program.js';
import { merge } from './merge.js';
import type { SlottedText } from './merge-program.js';

const fieldsOf = (...paths: string[]) => paths.map((path) => ({ scope: 0, path }));

const program = sampleProgram({
  fields: fieldsOf('brand.colour', 'first_name', 'link'),
  writings: [
    { field: 1, place: 'plain' },
    { field: 1, place: 'html' },
    { field: 2, place: 'address' },
    { field: 0, place: 'css' },
  ],
  subject: { literals: ['Hi ', '!'], slots: [0] },
  html: { literals: ['<p style="color:', '">', ', ', '</p><a href="', '">x</a>'], slots: [3, 1, 1, 2] },
});

const refusalOf = (act: () => unknown): StatusError => {
  try {
    act();
  } catch (error) {
    if (error instanceof StatusError) return error;
    throw error;
  }
  throw new Error('It was not refused.');
};

describe('merge', () => {
  const loose = { strict: false };
  const strict = { strict: true };

  it('writes each value for the place where it stands', () => {
    const data = { first_name: 'A & B', link: 'https://example.com/?a=1&b=2', brand: { colour: '#0af' } };
    expect(merge(program, data, loose)).toMatchObject({
      subject: 'Hi A & B!',
      html: '<p style="color:#0af">A &amp; B, A &amp; B</p><a href="https://example.com/?a=1&amp;b=2">x</a>',
    });
  });

  it('prints nothing for what is missing, is no text, or is not safe', () => {
    const nothing = { subject: 'Hi !', html: '<p style="color:">, </p><a href="">x</a>' };
    expect(merge(program, undefined, loose)).toMatchObject(nothing);
    const data = { first_name: { first: 'A' }, link: 'javascript:alert(1)', brand: { colour: 'red;x:y' } };
    expect(merge(program, data, loose)).toMatchObject(nothing);
    expect(merge(program, { first_name: null, link: ['a'], brand: 'red' }, loose)).toMatchObject(nothing);
  });

  it('refuses in a strict render whatever would print nothing, all at once', () => {
    const error = refusalOf(() => merge(program, { first_name: [], link: 'data:x', brand: { colour: null } }, strict));
    expect(error.reason).toBe('MISSING_MERGE_FIELDS');
    expect(error.violations).toEqual([
      { field: 'data.brand.colour', description: 'is missing' },
      { field: 'data.first_name', description: 'is not a text, a number, true or false' },
      { field: 'data.link', description: 'is not safe where it stands' },
    ]);
  });

  it('takes an empty text for a value', () => {
    const data = { first_name: '', link: '', brand: { colour: '' } };
    expect(merge(program, data, strict).subject).toBe('Hi !');
  });

  it('reads no merge field out of a value', () => {
    expect(merge(program, { first_name: '{{ link }}', link: 'x' }, loose).subject).toBe('Hi {{ link }}!');
  });

  it('refuses a message of more than 2 MiB, in bytes', () => {
    const of = (first_name: string) => () => merge(program, { first_name }, loose);
    const halfMiB = 'a'.repeat(512 * 1024);
    expect(of(halfMiB)()).toBeDefined();
    expect(refusalOf(of(halfMiB + halfMiB)).reason).toBe('RENDER_TOO_LARGE');
    expect(refusalOf(of('ü'.repeat(400 * 1024))).reason).toBe('RENDER_TOO_LARGE');
  });

  it('does not work harder for a value that stands in many places', () => {
    const slots = Array<number>(200_000).fill(0);
    const many = sampleProgram({
      fields: fieldsOf('x'),
      writings: [{ field: 0, place: 'css' }],
      html: { literals: Array<string>(200_001).fill(''), slots },
    });
    const almostCss = `${'a'.repeat(1024 * 1024)};`;
    expect(merge(many, { x: almostCss }, loose).html).toBe('');
    expect(refusalOf(() => merge(many, { x: 'a'.repeat(100) }, loose)).reason).toBe('RENDER_TOO_LARGE');
  });

  const text = (literal: string): SlottedText => ({ literals: [literal], slots: [] });

  it('takes the first branch whose condition holds', () => {
    const conditional = sampleProgram({
      fields: fieldsOf('plan', 'n'),
      html: {
        literals: ['[', ']'],
        slots: [
          {
            kind: 'if',
            branches: [
              { condition: ['==', ['field', 0], ['value', 'pro']], body: text('pro') },
              { condition: ['and', ['>', ['field', 1], ['value', 1]], ['not', ['field', 0]]], body: text('many') },
              { condition: null, body: text('else') },
            ],
          },
        ],
      },
    });
    const html = (data: unknown) => merge(conditional, data, strict).html;
    expect([{ plan: 'pro' }, { n: 2 }, { n: 1 }, { plan: 'x', n: 2 }, undefined].map(html)).toEqual([
      '[pro]',
      '[many]',
      '[else]',
      '[else]',
      '[else]',
    ]);
  });

  const loop = sampleProgram({
    fields: [
      ...fieldsOf('items', 'shop'),
      { scope: 1, path: 'name' },
      { scope: 1, path: 'tags' },
      { scope: 2, path: '' },
    ],
    scopes: [0, 3],
    writings: [
      { field: 1, place: 'html' },
      { field: 2, place: 'html', fallback: '<none>' },
      { field: 4, place: 'html' },
    ],
    html: {
      literals: ['', '.'],
      slots: [
        {
          kind: 'each',
          list: 0,
          scope: 1,
          body: {
            literals: ['<', '@', ':', '>'],
            slots: [1, 0, { kind: 'each', list: 3, scope: 2, body: { literals: ['', ','], slots: [2] } }],
          },
        },
      ],
    },
  });

  it('goes through lists, and through lists in their items', () => {
    const data = { shop: 'S', items: [{ name: 'a', tags: ['x', '&'] }, { tags: [] }, { name: 'c' }, 7] };
    expect(merge(loop, data, loose).html).toBe('<a@S:x,&amp;,><&lt;none&gt;@S:><c@S:><&lt;none&gt;@S:>.');
    expect(merge(loop, { items: 'text' }, loose).html).toBe('.');
  });

  it('names what is missing in an item by where it is', () => {
    const data = { items: [{ tags: ['x', {}] }, { tags: 1 }] };
    expect(refusalOf(() => merge(loop, data, strict)).violations).toEqual([
      { field: 'data.items.0.tags.1', description: 'is not a text, a number, true or false' },
      { field: 'data.items.1.tags', description: 'is not a list' },
      { field: 'data.shop', description: 'is missing' },
    ]);
  });

  it('refuses what would take too many steps, though it writes nothing', () => {
    let body: SlottedText = text('');
    for (const scope of [4, 3, 2, 1]) body = { literals: ['', ''], slots: [{ kind: 'each', list: 0, scope, body }] };
    const nested = sampleProgram({ fields: fieldsOf('items'), scopes: [0, 0, 0, 0], html: body });
    const items = Array<number>(200).fill(1);
    expect(refusalOf(() => merge(nested, { items }, loose)).reason).toBe('RENDER_TOO_COMPLEX');
    expect(merge(nested, { items: items.slice(0, 20) }, loose).html).toBe('');
  });

  it('counts the length of what it compares and escapes as steps', () => {
    const each = (slot: SlottedText['slots'][number]): SlottedText => ({
      literals: ['', ''],
      slots: [{ kind: 'each', list: 0, scope: 1, body: { literals: ['', ''], slots: [slot] } }],
    });
    const fields = [...fieldsOf('items', 'a', 'b'), { scope: 1, path: '' }];
    const data = {
      items: Array<string>(5_000).fill(`${'x'.repeat(50_000)};`),
      a: 'a'.repeat(100_000),
      b: 'a'.repeat(100_000),
    };
    const comparing = each({
      kind: 'if',
      branches: [{ condition: ['!=', ['field', 1], ['field', 2]], body: text('') }],
    });
    const writing = each(0);
    for (const html of [comparing, writing]) {
      const program = sampleProgram({ fields, scopes: [0], writings: [{ field: 3, place: 'css' }], html });
      expect(refusalOf(() => merge(program, data, loose)).reason).toBe('RENDER_TOO_COMPLEX');
    }
  });
});
