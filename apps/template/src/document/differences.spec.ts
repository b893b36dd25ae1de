import { Block, Content, Document, Difference_Kind as Kind } from '@kelp/contract-template';
import fc from 'fast-check';
import { differencesOf } from './differences.js';

const text = (id: string, html = id): Block => Block.fromPartial({ id, kind: { $case: 'text', value: { html } } });
const of = (...blocks: Block[]): Content => Content.fromPartial({ document: Document.fromPartial({ blocks }) });
const brief = (earlier: Content, later: Content) =>
  differencesOf(earlier, later).map(({ kind, path }) => `${Kind[kind]} ${path}`);

describe('differences', () => {
  it('name texts, blocks and their fields', () => {
    const earlier = { ...of(text('a'), text('b')), subject: 'S', text: 'T' };
    const later = { ...of(text('c'), text('a', 'other')), subject: 'R', preheader: 'P' };
    expect(brief(earlier, later)).toEqual([
      'CHANGED subject',
      'ADDED preheader',
      'REMOVED text',
      'REMOVED b',
      'ADDED c',
      'CHANGED a.html',
    ]);
    expect(differencesOf(of(text('a')), of(text('a', 'x')))).toEqual([
      { kind: Kind.CHANGED, path: 'a.html', before: 'a', after: 'x' },
    ]);
  });

  it('say which blocks moved, also into others', () => {
    expect(brief(of(text('a'), text('b'), text('c')), of(text('a'), text('c'), text('b')))).toEqual(
      expect.arrayContaining(['MOVED b']),
    );
    const loop = (...blocks: Block[]) =>
      Block.fromPartial({ id: 'l', kind: { $case: 'loop', value: { list: 'x', item: 'y', blocks } } });
    expect(brief(of(text('a'), loop()), of(loop(text('a'))))).toEqual(['MOVED a']);
  });

  it('name lines of MJML', () => {
    const mjml = (source: string) => Content.fromPartial({ mjml: source });
    expect(differencesOf(mjml('a\nb\nc\n'), mjml('a\nx\nc\nd\n'))).toEqual([
      { kind: Kind.CHANGED, path: 'mjml:2', before: 'b\n', after: 'x\n' },
      { kind: Kind.ADDED, path: 'mjml:4', before: '', after: 'd\n' },
    ]);
    const rewritten = (letter: string) =>
      mjml(Array.from({ length: 5_000 }, (_, line) => `${letter}${line}`).join('\n'));
    expect(brief(rewritten('a'), rewritten('b'))).toEqual(['CHANGED mjml']);
  });

  it('are none between equals', () => {
    const block = fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), fc.string()).map(([id, html]) => text(id, html));
    const content = fc.record({
      subject: fc.string(),
      mjml: fc.string(),
      blocks: fc.uniqueArray(block, { selector: ({ id }) => id }),
    });
    fc.assert(
      fc.property(content, content, (one, other) => {
        const [a, b] = [one, other].map(({ blocks, ...texts }) => ({ ...of(...blocks), ...texts }));
        expect(differencesOf(a!, a!)).toEqual([]);
        const areEqual = JSON.stringify(a) === JSON.stringify(b);
        expect(differencesOf(a!, b!).length === 0).toBe(areEqual);
      }),
    );
  });
});
