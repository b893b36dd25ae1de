import { Block, Document, Visibility } from '@kelp/contract-template';
import fc from 'fast-check';
import mjml2html from 'mjml';
import { sourceOf } from '../../test/sample-program.js';
import { compile } from '../rendering/compile.js';
import { merge } from '../rendering/merge.js';
import { allBlocks, giveIds } from './blocks.js';
import { documentProblems } from './document-problems.js';
import { fromHtml } from './from-html.js';
import { fromMjml } from './from-mjml.js';
import { toMjml } from './to-mjml.js';

const toHtml = async (mjml: string) => {
  const { html, errors } = await mjml2html(mjml, { validationLevel: 'soft' });
  return { html, text: '', problems: errors.map(({ message }) => message) };
};

async function rendered(mjml: string, data: object = {}): Promise<string> {
  const program = await compile(sourceOf({ mjml }), toHtml);
  return merge(program, data, { strict: false }).html;
}

const text = (html: string, id = '') => Block.fromPartial({ id, kind: { $case: 'text', value: { html } } });

const ALL_KINDS = Document.fromPartial({
  theme: {
    backgroundColor: '#eeeeee',
    contentColor: '#ffffff',
    textColor: '#111111',
    linkColor: '#0000ee',
    buttonColor: '#008800',
    buttonTextColor: '#ffffff',
    fontFamily: 'Inter, Arial, sans-serif',
    fontSizePx: 16,
    widthPx: 640,
    cornerRadiusPx: 4,
    fonts: [{ name: 'Inter', url: 'https://fonts.example/inter.css' }],
    socialLinks: [{ network: 'facebook', href: 'https://facebook.com/kelp' }],
  },
  blocks: [
    text('Hello <b>{{ name }}</b>'),
    {
      style: { backgroundColor: '#fafafa', padding: '10px', align: 'center' },
      kind: {
        $case: 'section',
        value: {
          fullWidth: true,
          columns: [
            {
              widthPercent: 40,
              blocks: [
                {
                  kind: {
                    $case: 'image',
                    value: { src: 'https://a.example/a.png', alt: 'A "b"', href: 'https://a.example' },
                  },
                },
                { kind: { $case: 'divider', value: { thicknessPx: 2 } }, style: { color: '#cccccc' } },
                { kind: { $case: 'spacer', value: {} }, style: { height: '30px' } },
              ],
            },
            {
              widthPercent: 60,
              blocks: [
                {
                  kind: { $case: 'button', value: { label: 'Go', href: 'https://a.example/?q={{ q }}' } },
                  style: { width: '200px' },
                },
                { kind: { $case: 'social', value: {} } },
                { kind: { $case: 'code', value: { mjml: '<mj-text>code</mj-text>' } } },
              ],
            },
          ],
        },
      },
    },
    {
      kind: {
        $case: 'condition',
        value: {
          branches: [
            { condition: 'n > 1', blocks: [text('many')] },
            { condition: 'n == 1', blocks: [text('one')] },
          ],
          otherwise: [text('none')],
        },
      },
    },
    { kind: { $case: 'loop', value: { list: 'items', item: 'item', blocks: [text('- {{ item.name }} -')] } } },
    { visibleOn: Visibility.MOBILE, kind: { $case: 'text', value: { html: 'small' } } },
  ],
});

describe('a document', () => {
  it('becomes a message, whatever kinds of blocks it has', async () => {
    const html = await rendered(toMjml(ALL_KINDS), {
      name: 'Ann',
      n: 1,
      q: 'a b',
      items: [{ name: 'x' }, { name: 'y' }],
    });
    for (const part of ['Hello <b>Ann</b>', '>one<', '- x -', '- y -', 'q=a%20b', 'alt="A &quot;b&quot;"', '>code<']) {
      expect(html).toContain(part);
    }
    expect(html).toContain('facebook');
    expect(html).toContain('kelp-mobile{display:none');
    expect(html).not.toContain('>many<');
  });

  it('is written in the direction of its language', async () => {
    const document = Document.fromPartial({ blocks: [text('x'), { ...text('y'), style: { align: 'start' } }] });
    const html = await rendered(toMjml(document, { direction: 'rtl' }));
    expect(html).toContain('direction:rtl');
    expect(html.match(/text-align:right/g)!.length).toBeGreaterThanOrEqual(2);
  });

  it('is translated text by text', () => {
    const keys: string[] = [];
    const translate = (key: string, value: string) => {
      keys.push(key);
      return value.toUpperCase();
    };
    const mjml = toMjml(giveIds(Document.fromPartial({ blocks: [text('hi', 'greeting')] })), { translate });
    expect(keys).toEqual(['greeting.html']);
    expect(mjml).toContain('HI');
  });

  it('gets ids for the blocks that have none, and keeps the others', () => {
    const document = giveIds(Document.fromPartial({ blocks: [text('a'), text('b', 'b1'), text('c')] }));
    expect([...allBlocks(document)].map(({ id }) => id)).toEqual(['b2', 'b1', 'b3']);
  });

  it.each([
    ['a block of no kind', Block.fromPartial({})],
    ['a text with tags of MJML', text('</mj-text><mj-raw>')],
    ['a text with half a condition', text('{{#if a}}')],
    ['code that does not end', Block.fromPartial({ kind: { $case: 'code', value: { mjml: '<mj-text>' } } })],
    ['code with half a loop', Block.fromPartial({ kind: { $case: 'code', value: { mjml: '{{/each}}' } } })],
    [
      'a wrong condition',
      Block.fromPartial({ kind: { $case: 'condition', value: { branches: [{ condition: 'a ==' }] } } }),
    ],
    [
      'a condition that ends',
      Block.fromPartial({ kind: { $case: 'condition', value: { branches: [{ condition: '"}}"' }] } } }),
    ],
    ['a wrong list', Block.fromPartial({ kind: { $case: 'loop', value: { list: 'a b', item: 'x' } } })],
    ['a wrong name of an item', Block.fromPartial({ kind: { $case: 'loop', value: { list: 'a', item: 'x.y' } } })],
    [
      'a section in a section',
      Block.fromPartial({
        kind: { $case: 'section', value: { columns: [{ blocks: [{ kind: { $case: 'section', value: {} } }] }] } },
      }),
    ],
  ])('is refused with %s', (_what, block) => {
    const [violation] = documentProblems(Document.fromPartial({ blocks: [block] }), 'draft.document');
    expect(violation?.field).toMatch(/^draft\.document\.blocks\[0\]/);
  });

  it('is refused with an id twice', () => {
    expect(documentProblems(Document.fromPartial({ blocks: [text('a', 'x'), text('b', 'x')] }), 'd')).toEqual([
      { field: 'd.blocks[1].id', description: '"x" is the id of another block' },
    ]);
    expect(documentProblems(ALL_KINDS, 'd')).toEqual([]);
  });
});

describe('MJML as a document', () => {
  const elements = fc.constantFrom(
    '<mj-text>Hi {{ name }}</mj-text>',
    '<mj-text color="#ff0000" font-size="20px" align="right"><p>a<br>b &amp; c</p></mj-text>',
    '<mj-text css-class="own">classy</mj-text>',
    '<mj-image src="https://a.example/?a=1&amp;b=2" alt="x" width="100px"/>',
    '<mj-image src="https://a.example/a.png" padding-top="3px" />',
    '<mj-button href="https://a.example/{{ id }}" background-color="#00ff00">Go {{#if a}}now{{/if}}</mj-button>',
    '<mj-divider border-width="3px" border-color="#dddddd" />',
    '<mj-spacer height="20px" />',
    '<mj-table><tr><td>x</td></tr></mj-table>',
    '<mj-social><mj-social-element name="x" href="https://x.example">X</mj-social-element></mj-social>',
    '{{#if plan == "pro"}}<mj-text>pro</mj-text>{{#else}}<mj-text>free</mj-text>{{/if}}',
    '{{#each items as item}}<mj-text>{{ item.name }}</mj-text>{{/each}}',
    '<!-- a comment -->',
  );
  const column = fc
    .tuple(
      fc.constantFrom('', ' width="50%"', ' width="100px"', ' background-color="#fefefe"'),
      fc.array(elements, { maxLength: 4 }),
    )
    .map(([attributes, inner]) => `<mj-column${attributes}>${inner.join('\n')}</mj-column>`);
  const section = fc
    .tuple(
      fc.constantFrom(
        '',
        ' background-color="#f0f0f0"',
        ' full-width="full-width"',
        ' padding="3px" text-align="left"',
        ' css-class="z"',
      ),
      fc.array(column, { minLength: 1, maxLength: 3 }),
    )
    .map(([attributes, columns]) => `<mj-section${attributes}>${columns.join('')}</mj-section>`);
  const controlled = section.map((one) => `{{#if vip}}${one}{{/if}}`);
  const head = fc.constantFrom(
    '',
    '<mj-head><mj-attributes><mj-text color="#123456"/></mj-attributes><mj-preview>P</mj-preview></mj-head>',
  );
  const mjml = fc
    .tuple(head, fc.array(fc.oneof(section, controlled, fc.constant('<mj-raw><hr></mj-raw>')), { maxLength: 3 }))
    .map(([own, parts]) => `<mjml>${own}<mj-body background-color="#ffffff">\n${parts.join('\n')}\n</mj-body></mjml>`);
  const data = { name: 'Ann', id: 1, a: true, plan: 'pro', vip: true, items: [{ name: 'x' }, { name: 'y' }] };
  const spaceless = (html: string) => html.replace(/<!-- a comment -->/g, '').replace(/\s+/g, '');

  it('comes to the same message', async () => {
    await fc.assert(
      fc.asyncProperty(mjml, async (given) => {
        const { document } = fromMjml(given);
        expect(documentProblems(document, 'd')).toEqual([]);
        expect(spaceless(await rendered(toMjml(document), data))).toBe(spaceless(await rendered(given, data)));
      }),
      { numRuns: 40 },
    );
  });

  it('has blocks of its own for what it understands', () => {
    const { document, codeBlocks } = fromMjml(
      `<mjml><mj-body width="500px"><mj-section><mj-column><mj-text color="red">Hi</mj-text><mj-table></mj-table></mj-column></mj-section></mj-body></mjml>`,
    );
    expect(codeBlocks).toBe(1);
    expect(document.theme?.widthPx).toBe(500);
    const [section, hi, table] = [...allBlocks(document)];
    expect(section).toMatchObject({ id: 'b1', kind: { $case: 'section' } });
    expect(hi).toMatchObject({ id: 'b2', style: { color: 'red' }, kind: { $case: 'text', value: { html: 'Hi' } } });
    expect(table).toMatchObject({ kind: { $case: 'code', value: { mjml: '<mj-table></mj-table>' } } });
  });

  it('is a document, whatever it is', () => {
    const soup = fc.array(
      fc.oneof(
        fc.string(),
        fc.constantFrom(
          '<mjml>',
          '<mj-body>',
          '</mj-body>',
          '<mj-section a=b>',
          '</mj-section>',
          '<mj-text/>',
          '<!--',
          '-->',
          '{{#if a}}',
          '{{/if}}',
          '"',
          '>',
        ),
      ),
    );
    fc.assert(fc.property(soup, (parts) => expect(fromMjml(parts.join('')).document).toBeDefined()));
  });
});

describe('HTML as a document', () => {
  it('has blocks for texts, images and lines', async () => {
    const { document, codeBlocks } = fromHtml(
      '<title>T</title><h1>Hi {{ name }}</h1><p>a <b>b</b></p>\n<img src="https://a.example/a.png" alt="A"><hr>text',
    );
    expect(codeBlocks).toBe(0);
    expect(document.blocks.map(({ kind }) => kind?.$case)).toEqual(['text', 'text', 'image', 'divider', 'text']);
    expect(await rendered(toMjml(document), { name: 'Ann' })).toContain('<h1>Hi Ann</h1>');
  });

  it('keeps what is laid out otherwise as it is', async () => {
    const body = '<table class="x"><tr>{{#each items as i}}<td>{{ i }}</td>{{/each}}</tr></table>';
    const { document, codeBlocks } = fromHtml(
      `<html><head><style>.x{color:red}</style></head><body>${body}</body></html>`,
    );
    expect(codeBlocks).toBe(1);
    const html = await rendered(toMjml(document), { items: ['a', 'b'] });
    expect(html).toContain('<table class="x"><tr><td>a</td><td>b</td></tr></table>');
    expect(html).toContain('.x{color:red}');
  });

  it('is a document, whatever it is', () => {
    const soup = fc.array(
      fc.oneof(
        fc.string(),
        fc.constantFrom('<table>', '<p>', '</body>', '<img src=x>', '<mj-raw>', '</mj-raw>', '<style>', '{{ a }}'),
      ),
    );
    fc.assert(
      fc.property(soup, (parts) => {
        expect(
          documentProblems(fromHtml(parts.join('').replace(/\{\{[^}]*$/, '')).document, 'd').filter(
            ({ description }) => !description.includes('{{'),
          ),
        ).toEqual([]);
      }),
    );
  });
});
