import { StatusError } from '@kelp/status';
import { merge } from './merge.js';
import type { MergeProgram } from './merge-program.js';

const program: MergeProgram = {
  fields: ['brand.colour', 'first_name', 'link'],
  writings: [
    { field: 1, place: 'plain' },
    { field: 1, place: 'html' },
    { field: 2, place: 'address' },
    { field: 0, place: 'css' },
  ],
  subject: { literals: ['Hi ', '!'], slots: [0] },
  html: { literals: ['<p style="color:', '">', ', ', '</p><a href="', '">x</a>'], slots: [3, 1, 1, 2] },
};

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
    expect(merge(program, data, loose)).toEqual({
      subject: 'Hi A & B!',
      html: '<p style="color:#0af">A &amp; B, A &amp; B</p><a href="https://example.com/?a=1&amp;b=2">x</a>',
    });
  });

  it('prints nothing for what is missing, is no text, or is not safe', () => {
    const nothing = { subject: 'Hi !', html: '<p style="color:">, </p><a href="">x</a>' };
    expect(merge(program, undefined, loose)).toEqual(nothing);
    const data = { first_name: { first: 'A' }, link: 'javascript:alert(1)', brand: { colour: 'red;x:y' } };
    expect(merge(program, data, loose)).toEqual(nothing);
    expect(merge(program, { first_name: null, link: ['a'], brand: 'red' }, loose)).toEqual(nothing);
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
    const many: MergeProgram = {
      fields: ['x'],
      writings: [{ field: 0, place: 'css' }],
      subject: { literals: [''], slots: [] },
      html: { literals: Array<string>(200_001).fill(''), slots },
    };
    const almostCss = `${'a'.repeat(1024 * 1024)};`;
    expect(merge(many, { x: almostCss }, loose).html).toBe('');
    expect(refusalOf(() => merge(many, { x: 'a'.repeat(100) }, loose)).reason).toBe('RENDER_TOO_LARGE');
  });
});
