import fc from 'fast-check';
import { parseMergeFields } from './merge-field.js';

const problemsOf = (text: string) =>
  parseMergeFields(text, 'draft.mjml').violations.map(({ description }) => description);

describe('a merge field', () => {
  it('is a path between two pairs of braces, with or without spaces', () => {
    const { fields } = parseMergeFields('{{a}}\n{{ order.items.0.price-net }} {{\t_x1 }}', 'draft.mjml');
    expect(fields).toEqual([
      { path: 'a', source: '{{a}}', line: 1 },
      { path: 'order.items.0.price-net', source: '{{ order.items.0.price-net }}', line: 2 },
      { path: '_x1', source: '{{\t_x1 }}', line: 2 },
    ]);
  });

  it('says of what is none where it is, and what it is', () => {
    expect(problemsOf('{{ ok }}\n{{#if a}}\n{{ }} {{{ a }}} {{ a.00 }} {{ 0 }} {{ a\n}}')).toEqual([
      'Line 2: "{{#if a}}" is not written as {{ path }}.',
      'Line 3: "{{ }}" is not written as {{ path }}.',
      'Line 3: "{{{ a }}" is not written as {{ path }}.',
      'Line 3: "{{ a.00 }}" is not written as {{ path }}.',
      'Line 3: "{{ 0 }}" is not written as {{ path }}.',
      'Line 3: "{{ a" is not written as {{ path }}.',
    ]);
  });

  it('never names what lies behind the data', () => {
    for (const name of ['__proto__', 'constructor', 'prototype']) {
      expect(problemsOf(`{{ ${name} }}{{ a.${name}.b }}`)).toEqual(
        Array(2).fill(`Line 1: "${name}" is not a name of data.`),
      );
    }
  });

  it('has a path of at most 100 characters', () => {
    expect(problemsOf(`{{ ${'a'.repeat(100)} }}`)).toEqual([]);
    expect(problemsOf(`{{ ${'a'.repeat(101)} }}`)).toEqual(['Line 1: a path has at most 100 characters.']);
  });

  it('leaves all other braces as they are', () => {
    const css = '@media print{.a{color:red}} { } }} {% if %} $x';
    expect(parseMergeFields(css, 'draft.mjml')).toEqual({ literals: [css], fields: [], violations: [] });
  });

  it('takes no longer for a long line of them', () => {
    const { fields } = parseMergeFields('{{ a }}'.repeat(140_000), 'draft.mjml');
    expect(fields).toHaveLength(140_000);
  });
});

it('loses nothing of a text but its merge fields', () => {
  const part = fc.oneof(fc.string(), fc.constantFrom('{', '}', '{{', '}}', '\n', '{{ a }}', '{{ b.c }}'));
  fc.assert(
    fc.property(fc.array(part), (parts) => {
      const text = parts.join('');
      const { literals, fields, violations } = parseMergeFields(text, 'draft.mjml');
      const restored = literals.map((literal, index) => literal + (fields[index]?.source ?? '')).join('');
      expect(restored).toBe(text);
      expect(literals).toHaveLength(fields.length + 1);
      expect(violations.length > 0).toBe(fields.some(({ path }) => path === ''));
    }),
  );
});
