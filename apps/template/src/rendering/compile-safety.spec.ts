import { StatusError } from '@kelp/status';
import fc from 'fast-check';
import { type DefaultTreeAdapterMap, parse } from 'parse5';
import { sourceOf } from '../../test/sample-program.js';
import { holdsAddress, runs } from './address.js';
import { compile } from './compile.js';
import { merge } from './merge.js';
import type { MergeProgram } from './merge-program.js';

type Node = DefaultTreeAdapterMap['node'];
type Element = DefaultTreeAdapterMap['element'];

/** The elements and attributes of a document as a browser sees it, without what they say. */
function structureOf(html: string): string {
  const walk = (node: Node): string => {
    const attributes = 'attrs' in node ? node.attrs.map(({ name }) => name).join(' ') : '';
    const children = 'childNodes' in node ? node.childNodes.filter(({ nodeName }) => nodeName !== '#text') : [];
    const content = 'content' in node ? [node.content] : [];
    return `<${node.nodeName} ${attributes}>${[...children, ...content].map(walk).join('')}</>`;
  };
  return walk(parse(html));
}

function elementsOf(html: string): Element[] {
  const walk = (node: Node): Element[] => [
    ...('attrs' in node ? [node] : []),
    ...('childNodes' in node ? node.childNodes.flatMap(walk) : []),
  ];
  return walk(parse(html));
}

const field = fc.constantFrom('{{ a }}', '{{ b }}');
const oddities = ['<', '>', '"', "'", '=', '/', '!', '-', '--', '-->', '<!--', '&', '&#', ';', ':', '(', ')', ' ', 'x'];
const wrappers: ((inner: string) => string)[] = [
  (inner) => `<p>${inner}</p>`,
  (inner) => `<a href="${inner}">x</a>`,
  (inner) => `<a href='https://a.example/${inner}'>x</a>`,
  (inner) => `<img srcset="a 1x, ${inner} 2x" alt='${inner}'>`,
  (inner) => `<b title=${inner}>x</b>`,
  (inner) => `<i style="color:${inner};background:url('${inner}')">x</i>`,
  (inner) => `<style>.a{color:${inner};background:url(${inner})}</style>`,
  (inner) => `<title>${inner}</title>`,
  (inner) => `<textarea>${inner}</textarea>`,
  (inner) => `<!-- ${inner} -->`,
  (inner) => `<!--[if mso]><v:fill src="${inner}" alt="${inner}">${inner}<![endif]-->`,
  (inner) => `<!--[if !mso]><!-->${inner}<!--<![endif]-->`,
  (inner) => `<svg><title>${inner}</title><style>${inner}</style><![CDATA[${inner}]]></svg>`,
  (inner) => `<noscript>${inner}</noscript>`,
  (inner) => `<xmp>${inner}</xmp>`,
  (inner) => `<${inner}>`,
];
const html = fc
  .array(
    fc.tuple(
      fc.constantFrom(...wrappers),
      fc.array(fc.oneof(field, field, fc.constantFrom(...oddities), fc.string()), { maxLength: 5 }),
    ),
    { maxLength: 4 },
  )
  // With a body, so that the parser does not have to guess where it begins.
  .map((parts) => `<body>a${parts.map(([wrap, inner]) => wrap(inner.join(''))).join('')}`);

const hostile = fc
  .array(
    fc.constantFrom(
      ...oddities,
      '<script>',
      '</style>',
      '</title>',
      '</textarea>',
      '</svg>',
      ']]>',
      '<b onclick=x>',
      'javascript:',
      'data:text/html,',
      'java\tscript:',
      '\n',
      '\\',
      '{{ a }}',
      'url(',
      '\ud800',
    ),
    { maxLength: 6 },
  )
  .map((parts) => parts.join(''));

/** Compiles HTML as if MJML had made it; undefined where it is refused. */
async function compiled(source: string): Promise<MergeProgram | undefined> {
  try {
    return await compile(sourceOf({ mjml: source }), async (mjml) => ({ html: mjml, text: '', problems: [] }));
  } catch (error) {
    if (error instanceof StatusError) return undefined;
    throw error;
  }
}

describe('whatever a template is and whatever its values are', () => {
  it('values change no element, no attribute and no comment', async () => {
    let merged = 0;
    await fc.assert(
      fc.asyncProperty(html, hostile, hostile, async (source, a, b) => {
        const program = await compiled(source);
        if (!program) return;
        merged++;
        const harmless = merge(program, { a: 'x', b: 'x' }, { strict: false });
        const { html } = merge(program, { a, b }, { strict: false });
        expect(structureOf(html)).toBe(structureOf(harmless.html));
      }),
      { numRuns: 2_000 },
    );
    expect(merged).toBeGreaterThan(500);
  });

  it('values make no address run', async () => {
    await fc.assert(
      fc.asyncProperty(html, hostile, hostile, async (source, a, b) => {
        const program = await compiled(source);
        if (!program) return;
        for (const { attrs } of elementsOf(merge(program, { a, b }, { strict: false }).html)) {
          for (const { name, value } of attrs) if (holdsAddress(name)) expect(runs(value)).toBe(false);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('values stand where merge fields stood, and nothing else changes', async () => {
    await fc.assert(
      fc.asyncProperty(html, async (source) => {
        const program = await compiled(source);
        if (!program) return;
        const { html } = merge(program, { a: 'aValue', b: 'bValue' }, { strict: true });
        expect(html).toBe(source.replaceAll('{{ a }}', 'aValue').replaceAll('{{ b }}', 'bValue'));
      }),
    );
  });
});

it('no source can forge a token', async () => {
  const tokenLike = fc.stringMatching(/^zq[0-9a-f]{0,16}x\d{0,2}z$/);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(tokenLike, field)), async (parts) => {
      const source = parts.join(' ');
      const program = await compiled(source);
      const { html } = merge(program!, { a: '{{ a }}', b: '{{ b }}' }, { strict: true });
      expect(html).toBe(source);
    }),
  );
});
