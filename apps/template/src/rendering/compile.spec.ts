import { StatusError } from '@kelp/status';
import { convert } from 'html-to-text';
import mjml2html from 'mjml';
import { sourceOf } from '../../test/sample-program.js';
import { compile } from './compile.js';
import { merge } from './merge.js';
import { publicPaths } from './merge-program.js';
import type { CompiledMjml } from './mjml-process.js';

async function toHtml(mjml: string): Promise<CompiledMjml> {
  const { html, errors } = await mjml2html(mjml);
  return {
    html,
    text: convert(html, { wordwrap: false }),
    problems: errors.map(({ line, message }) => `Line ${line}: ${message}`),
  };
}

/** A message around some content. */
const message = (content: string, head = '') =>
  `<mjml>\n<mj-head>${head}</mj-head><mj-body><mj-section><mj-column>\n${content}\n</mj-column></mj-section></mj-body></mjml>`;

async function rendered(mjml: string, data: object, subject = ''): Promise<string> {
  const program = await compile(sourceOf({ subject, mjml }), toHtml);
  return merge(program, data, { strict: false }).html;
}

async function refusal(mjml: string, subject = ''): Promise<{ reason: string; problems: string[] }> {
  try {
    await compile(sourceOf({ subject, mjml }), toHtml);
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    return {
      reason: error.reason,
      problems: error.violations.map(({ field, description }) => `${field}: ${description}`),
    };
  }
  throw new Error('It was not refused.');
}

describe('a compiled draft', () => {
  it('names its merge fields, sorted, each once', async () => {
    const mjml = message('<mj-text>{{ b }} {{ a.z }} {{ b }}</mj-text>');
    const program = await compile(sourceOf({ subject: '{{ c }}{{ b }}', mjml }), toHtml);
    expect(publicPaths(program)).toEqual(['a.z', 'b', 'c']);
  });

  it('writes values wherever MJML puts them, for the place', async () => {
    const mjml = message(
      `<mj-text><a href="{{ url }}">{{ name }}</a></mj-text><mj-button href="https://a.example/?q={{ name }}">{{ name }}</mj-button>
       <mj-image src="{{ url }}" alt="{{ name }}" />`,
      '<mj-title>{{ name }}</mj-title><mj-style>.a{color:{{ colour }}} @media print{.b{x:y}}</mj-style>',
    );
    const html = await rendered(mjml, { name: '<A&B>', url: 'https://b.example/?a=1&b="', colour: 'red' });
    expect(html).toContain('<title>&lt;A&amp;B&gt;</title>');
    expect(html).toContain('aria-label="&lt;A&amp;B&gt;"');
    expect(html).toContain('.a{color:red} @media print{.b{x:y}}');
    expect(html).toContain('<a href="https://b.example/?a=1&amp;b=%22">&lt;A&amp;B&gt;</a>');
    expect(html).toContain('href="https://a.example/?q=%3CA%26B%3E"');
    expect(html).toContain('alt="&lt;A&amp;B&gt;"');
    expect(html).not.toContain('<A');
  });

  it('writes values in what only Outlook reads', async () => {
    const mjml = `<mjml><mj-body><mj-section background-url="{{ image }}"><mj-column></mj-column></mj-section></mj-body></mjml>`;
    const html = await rendered(mjml, { image: 'https://a.example/"b".png' });
    expect(html).toContain('<v:fill origin="0.5, 0" position="0.5, 0" src="https://a.example/%22b%22.png"');
    expect(html).toContain("background:url('https://a.example/%22b%22.png')");
  });

  it('is the same for the same draft', async () => {
    const content = sourceOf({ subject: '{{ a }}', mjml: message('<mj-text>{{ b }}</mj-text>') });
    expect(await compile(content, toHtml)).toEqual(await compile(content, toHtml));
  });

  it('keeps all braces that are not a merge field', async () => {
    expect(await rendered(message('<mj-text>{ } }} {% if %} {a}</mj-text>'), {})).toContain('{ } }} {% if %} {a}');
  });
});

describe('conditions and loops', () => {
  const all = async (mjml: string, data: object) => (await rendered(message(mjml), data)).replace(/\s+/g, ' ');

  it('stand in texts', async () => {
    const mjml = '<mj-text>a {{#if n > 1}}many{{#elseif n}}one{{#else}}none{{/if}} b</mj-text>';
    expect(await all(mjml, { n: 2 })).toContain('>a many b<');
    expect(await all(mjml, { n: 1 })).toContain('>a one b<');
    expect(await all(mjml, {})).toContain('>a none b<');
    expect(await all(mjml.replace('n > 1', 'n &gt; 1'), { n: 2 })).toContain('>a many b<');
  });

  it('stand around rows, elements, columns and sections', async () => {
    const table = '<mj-table>{{#each items as item}}<tr><td>{{ item.name }}</td></tr>{{/each}}</mj-table>';
    expect(await all(table, { items: [{ name: 'A' }, { name: '<B>' }] })).toContain(
      '<tr><td>A</td></tr><tr><td>&lt;B&gt;</td></tr>',
    );
    const elements = '{{#if vip}}<mj-text>gold</mj-text>{{/if}}<mj-text>all</mj-text>';
    expect(await all(elements, {})).not.toContain('gold');
    expect(await all(elements, { vip: true })).toContain('gold');
    const sections = `<mjml><mj-body>{{#each items as item}}<mj-section><mj-column><mj-text>{{ item }}!</mj-text></mj-column>
      </mj-section>{{/each}}</mj-body></mjml>`;
    const html = await rendered(sections, { items: ['a', 'b'] });
    expect(html).toContain('a!');
    expect(html).toContain('b!');
    expect((await rendered(sections, { items: [] })).length).toBeLessThan(html.length / 2);
  });

  it('print a fallback where a value is missing or empty', async () => {
    const mjml = `<mj-text>Hi {{ name | default: "you & me" }}{{ last|default:'' }}!</mj-text>`;
    expect(await all(mjml, { name: '' })).toContain('Hi you &amp; me!');
    expect(await all(mjml, { name: 'Ann', last: ' B' })).toContain('Hi Ann B!');
  });

  it.each([
    ['in an attribute', '<mj-text><a href="{{#if a}}x{{/if}}">b</a></mj-text>', 'must stand between the tags'],
    ["in an attribute of MJML's", '<mj-button href="{{#if a}}x{{/if}}">b</mj-button>', 'must stand between the tags'],
    ['in a tag', '<mj-text><a {{#if a}}title="x"{{/if}}>b</a></mj-text>', 'must stand between the tags'],
    ['in a comment', '<mj-text><!-- {{#if a}} -->x{{/if}}</mj-text>', 'must stand between the tags'],
    ['in a style sheet', '<mj-raw><style>{{#if a}}</style>{{/if}}</mj-raw>', 'must stand between the tags'],
    ['over the ends of elements', '{{#if a}}<mj-text>{{/if}}x</mj-text>', 'in another element than {{#if a}}'],
  ])('are refused %s', async (_where, mjml, problem) => {
    const { reason, problems } = await refusal(message(mjml));
    expect(reason).toBe('INVALID_MERGE_FIELD');
    expect(problems.join(' ')).toContain(problem);
  });

  it('are refused in the head', async () => {
    const { problems } = await refusal(message('', '{{#if a}}<mj-style>a{}</mj-style>{{/if}}'));
    expect(problems[0]).toContain('stands outside of mj-body');
  });
});

describe('besides the body, a message has', () => {
  const program = (parts: object) => compile(sourceOf({ mjml: message('<mj-text>Hi</mj-text>'), ...parts }), toHtml);

  it('a preheader, of its own or of the MJML', async () => {
    const own = await program({ preheader: 'A & {{ b | default: "c" }}' });
    expect(merge(own, { b: '<' }, { strict: true })).toMatchObject({ preheader: 'A & <' });
    expect(merge(own, { b: '<' }, { strict: true }).html).toContain('A &amp; &lt;');
    const mjml = message('<mj-text>Hi</mj-text>', '<mj-preview>D &amp; {{ e }}</mj-preview>');
    expect(merge(await program({ mjml }), { e: 1 }, { strict: true }).preheader).toBe('D & 1');
    await expect(program({ mjml, preheader: 'x' })).rejects.toMatchObject({ reason: 'INVALID_MERGE_FIELD' });
  });

  it('a text, of its own or made of the body', async () => {
    expect(merge(await program({ text: 'A\n{{ b }}' }), { b: '<b>' }, { strict: true }).text).toBe('A\n<b>');
    const mjml = message(
      '<mj-text>{{#each items as item}}<p>{{ item.name }}</p>{{/each}}<a href="https://a.example/?q={{ q }}">go</a></mj-text>',
    );
    const { text } = merge(
      await program({ mjml }),
      { items: [{ name: 'A & B' }, { name: 'C' }], q: 'x y' },
      { strict: true },
    );
    expect(text.replace(/\s+/g, ' ').trim()).toBe('A & B C go [https://a.example/?q=x%20y]');
  });
});

describe('a draft is refused', () => {
  it('where merge fields are wrong, in the subject and the body, all at once', async () => {
    expect(await refusal(message('<mj-text>{{ a b }}</mj-text>'), '{{ x')).toEqual({
      reason: 'INVALID_MERGE_FIELD',
      problems: [
        'draft.subject: Line 1: "{{ x" is not written as {{ path }}.',
        'draft.mjml: Line 3: "{{ a b }}" is not written as {{ path }}.',
      ],
    });
  });

  it('where merge fields stand where no value can be written', async () => {
    expect(await refusal(message('<mj-text>\n<a href={{ url }}>x</a>\n<p {{ attribute }}>y</p></mj-text>'))).toEqual({
      reason: 'INVALID_MERGE_FIELD',
      problems: [
        'draft.mjml: Line 4: {{ url }} needs quotes around the value of href.',
        'draft.mjml: Line 5: {{ attribute }} cannot stand in a tag, in a script or the like.',
      ],
    });
  });

  it('where it is not MJML, with lines and merge fields as they were written', async () => {
    expect(await refusal(message('<mj-text color="{{ colour }}">a</mj-text><mj-nothing />'))).toEqual({
      reason: 'INVALID_MJML',
      problems: [
        'draft.mjml: Line 3: Attribute color has invalid value: {{ colour }} for type Color ',
        "draft.mjml: Line 3: Element mj-nothing doesn't exist or is not registered",
      ],
    });
    expect((await refusal(message('<mj-text>a'))).problems).toEqual([
      'draft.mjml: Line 4: </mj-column> stands before the end of <mj-text> of line 3.',
    ]);
    expect((await refusal(message('<mj-include path="./x" />'))).reason).toBe('INVALID_MJML');
  });

  it('where something in it would run', async () => {
    const { reason, problems } = await refusal(
      message(`<mj-text><SCRIPT>alert(1)</SCRIPT>
      <b onclick="x()">a</b><a href="java&#115;cript:x()">b</a></mj-text>`),
    );
    expect(reason).toBe('INVALID_MJML');
    expect(problems).toEqual([
      'draft.mjml: Line 3: <script> does not work in mail.',
      'draft.mjml: Line 4: onclick runs a script.',
      'draft.mjml: Line 4: the address in href runs a script.',
    ]);
  });

  it('where it is too large without any value', async () => {
    const html = 'x'.repeat(2 * 1024 * 1024 + 1);
    const compiled = compile(sourceOf({ mjml: '<mjml></mjml>' }), async () => ({ html, text: '', problems: [] }));
    await expect(compiled).rejects.toMatchObject({ reason: 'RENDER_TOO_LARGE' });
  });
});
