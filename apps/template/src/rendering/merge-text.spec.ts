import fc from 'fast-check';
import { parseMergeText } from './merge-text.js';

const problemsOf = (text: string) =>
  parseMergeText(text, 'draft.mjml').violations.map(({ description }) => description);

describe('a merge field', () => {
  it('is a path between two pairs of braces, with or without spaces', () => {
    const { tags } = parseMergeText('{{a}}\n{{ order.items.0.price-net }} {{\t_x1 }}', 'draft.mjml');
    expect(tags).toEqual([
      { kind: 'field', path: 'a', source: '{{a}}', line: 1 },
      { kind: 'field', path: 'order.items.0.price-net', source: '{{ order.items.0.price-net }}', line: 2 },
      { kind: 'field', path: '_x1', source: '{{\t_x1 }}', line: 2 },
    ]);
  });

  it('may have a fallback', () => {
    const { tags, violations } = parseMergeText(
      `{{ a | default: "it's" }}{{a|default:'"b"'}}{{ c | default: "" }}`,
      '',
    );
    expect(violations).toEqual([]);
    expect(tags.map((tag) => tag.kind === 'field' && tag.fallback)).toEqual(["it's", '"b"', '']);
  });

  it('says of what is none where it is, and what it is', () => {
    expect(problemsOf('{{ ok }}\n{{ }} {{{ a }}} {{ a.00 }} {{ 0 }} {{ a | upper }} {{#for a}} {{ a\n}}')).toEqual([
      'Line 2: "{{ }}" is not written as {{ path }}.',
      'Line 2: "{{{ a }}" is not written as {{ path }}.',
      'Line 2: "{{ a.00 }}" is not written as {{ path }}.',
      'Line 2: "{{ 0 }}" is not written as {{ path }}.',
      'Line 2: "{{ a | upper }}" is not written as {{ path }}.',
      'Line 2: "{{#for a}}" is not written as {{ path }}.',
      'Line 2: "{{ a" is not written as {{ path }}.',
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
    expect(parseMergeText(css, 'draft.mjml')).toEqual({ literals: [css], tags: [], violations: [] });
  });

  it('takes no longer for a long line of them', () => {
    const { tags } = parseMergeText('{{ a }}'.repeat(140_000), 'draft.mjml');
    expect(tags).toHaveLength(140_000);
  });
});

describe('conditions and loops', () => {
  it('begin and end in each other', () => {
    const { tags, violations } = parseMergeText(
      '{{#if a == 1}}{{#each b.c as d}}{{d}}{{/each}}{{#elseif not e}}{{#else}}{{/if}}',
      '',
    );
    expect(violations).toEqual([]);
    expect(tags.map(({ kind }) => kind)).toEqual(['if', 'each', 'field', 'end', 'elseif', 'else', 'end']);
  });

  it.each([
    ['{{#if a}}', '{{#if a}} does not end'],
    ['{{/if}}', '{{/if}} ends nothing'],
    ['{{#if a}}{{/each}}{{/if}}', '{{/each}} ends nothing'],
    ['{{#each a as b}}{{/if}}{{/each}}', '{{/if}} ends nothing'],
    ['{{#else}}', '{{#else}} belongs to no condition'],
    ['{{#if a}}{{#else}}{{#else}}{{/if}}', '{{#else}} belongs to no condition'],
    ['{{#each a as b}}{{#else}}{{/each}}', '{{#else}} belongs to no condition'],
    ['{{#if a &&}}{{/if}}', '{{#if a &&}}: "&&" is not understood'],
    ['{{#if}}{{/if}}', '{{#if}}: a value is missing'],
    ['{{#each a}}{{/each}}', '{{#each a}}: it is not written as {{#each path as name}}'],
    ['{{#each a as constructor}}{{/each}}', '{{#each a as constructor}}: "constructor" is not a name of data'],
    ['{{/else}}', '{{/else}}: it ends nothing'],
    [`${'{{#if a}}'.repeat(21)}${'{{/if}}'.repeat(21)}`, 'at most 20 conditions and loops stand in each other'],
  ])('are refused otherwise: %s', (text, problem) => {
    expect(problemsOf(text)[0]).toBe(`Line 1: ${problem}.`);
  });
});

it('loses nothing of a text but its tags', () => {
  const tag = fc.constantFrom(
    '{{ a }}',
    '{{ b.c }}',
    '{{#if a}}',
    '{{#else}}',
    '{{/if}}',
    '{{#each a as b}}',
    '{{/each}}',
  );
  const part = fc.oneof(fc.string(), fc.constantFrom('{', '}', '{{', '}}', '\n', '#if', '| default: "x"'), tag);
  fc.assert(
    fc.property(fc.array(part), (parts) => {
      const text = parts.join('');
      const { literals, tags } = parseMergeText(text, 'draft.mjml');
      const restored = literals.map((literal, index) => literal + (tags[index]?.source ?? '')).join('');
      expect(restored).toBe(text);
      expect(literals).toHaveLength(tags.length + 1);
    }),
  );
});
