import { StatusError } from '@kelp/status';
import mjml2html from 'mjml';
import { compile } from './compile.js';
import { merge } from './merge.js';
import type { CompiledMjml } from './mjml-process.js';

async function toHtml(mjml: string): Promise<CompiledMjml> {
  const { html, errors } = await mjml2html(mjml);
  return { html, problems: errors.map(({ line, message }) => `Line ${line}: ${message}`) };
}

/** A message around some content. */
const message = (content: string, head = '') =>
  `<mjml>\n<mj-head>${head}</mj-head><mj-body><mj-section><mj-column>\n${content}\n</mj-column></mj-section></mj-body></mjml>`;

async function rendered(mjml: string, data: object, subject = ''): Promise<string> {
  const program = await compile({ subject, mjml }, toHtml);
  return merge(program, data, { strict: false }).html;
}

async function refusal(mjml: string, subject = ''): Promise<{ reason: string; problems: string[] }> {
  try {
    await compile({ subject, mjml }, toHtml);
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
    const { fields } = await compile({ subject: '{{ c }}{{ b }}', mjml }, toHtml);
    expect(fields).toEqual(['a.z', 'b', 'c']);
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
    const content = { subject: '{{ a }}', mjml: message('<mj-text>{{ b }}</mj-text>') };
    expect(await compile(content, toHtml)).toEqual(await compile(content, toHtml));
  });

  it('keeps all braces that are not a merge field', async () => {
    expect(await rendered(message('<mj-text>{ } }} {% if %} {a}</mj-text>'), {})).toContain('{ } }} {% if %} {a}');
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
    const compiled = compile({ subject: '', mjml: '<mjml></mjml>' }, async () => ({ html, problems: [] }));
    await expect(compiled).rejects.toMatchObject({ reason: 'RENDER_TOO_LARGE' });
  });
});
