import { Content, TranslationFormat } from '@kelp/contract-template';
import fc from 'fast-check';
import { codecOf } from './formats.js';
import { fallbacksOf, isRightToLeft, localized, pseudo, textsOf, translationProblem } from './texts.js';
import { FormatError } from './translated.js';

const FORMATS = [TranslationFormat.JSON, TranslationFormat.PO, TranslationFormat.XLIFF, TranslationFormat.CSV];
// XML has neither control characters nor half characters.
const text = fc
  .string({
    unit: fc.oneof(
      fc.constantFrom('"', "'", '\\', '\n', '\t', ',', '<', '>', '&', '=', '{{ a }}', ' '),
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
    ),
  })
  .filter((value) => !/[^\P{C}\n\t]/u.test(value));
const key = fc.constantFrom('subject', 'b1.html', '__proto__', 'constructor', 'a b', "b'1");

describe.each(FORMATS)('translations in format %s', (format) => {
  const codec = codecOf(format);

  it('are read as they were written', () => {
    const texts = fc.uniqueArray(fc.record({ key, source: text, target: text.filter(Boolean) }), {
      selector: (one) => one.key,
    });
    fc.assert(
      fc.property(texts, (given) => {
        // JSON.stringify of an object cannot hold this one key.
        const kept = format === TranslationFormat.JSON ? given.filter((one) => one.key !== '__proto__') : given;
        expect(codec.parse(codec.print(kept, 'fr'))).toEqual(new Map(kept.map((one) => [one.key, one.target])));
      }),
    );
  });

  it('are read or refused, whatever they are', () => {
    const soup = fc.array(
      fc.constantFrom(
        'msgid ',
        'msgctxt ',
        'msgstr ',
        '"a"',
        '"',
        '\n',
        ',',
        'key,translation\n',
        '<xliff>',
        '<trans-unit id="a">',
        '<target>',
        '</target>',
        '{',
        '}',
        '"a":"b"',
      ),
    );
    fc.assert(
      fc.property(soup, (parts) => {
        try {
          codec.parse(parts.join(''));
        } catch (error) {
          if (!(error instanceof FormatError)) throw error;
        }
      }),
    );
  });
});

it('takes what a spreadsheet would run as text', () => {
  const csv = codecOf(TranslationFormat.CSV).print([{ key: 'a', source: '=1+1', target: '@x' }], 'fr');
  expect(csv).toContain(`"'=1+1","'@x"`);
});

const MJML = `<mjml><mj-head><mj-preview>Pre</mj-preview></mj-head><mj-body><mj-section><mj-column>
<mj-text>Hi {{ name }}</mj-text><mj-text> </mj-text><mj-button href="x">Go</mj-button><mj-text>Hi {{ name }}</mj-text>
</mj-column></mj-section></mj-body></mjml>`;

describe('the texts of a draft', () => {
  it('are each found once, and translated where they stand', () => {
    const content = Content.fromPartial({ subject: 'S', mjml: MJML });
    const texts = textsOf(content);
    expect(texts.map((one) => one.text)).toEqual(['S', 'Pre', 'Hi {{ name }}', 'Go']);
    const source = localized(content, 'de', (_key, value) => (value === 'Go' ? 'Los' : value));
    expect(source.mjml).toContain('<mjml lang="de" dir="ltr">');
    expect(source.mjml).toContain('<mj-button href="x">Los</mj-button>');
    expect(localized(content, '', (_key, value) => value).mjml).toBe(MJML);
  });

  it('are written from right to left where the language is', () => {
    expect(['ar', 'he', 'fa-IR', 'ur'].every(isRightToLeft)).toBe(true);
    expect(['en', '', 'de', 'az', 'qps-Ploc'].some(isRightToLeft)).toBe(false);
    expect(localized(Content.fromPartial({ mjml: MJML }), 'ar', (_key, value) => value).mjml).toContain(
      'direction="rtl"',
    );
  });

  it('can be shown in letters that nobody overlooks', () => {
    expect(pseudo('<b title="a">Hi</b> {{ name }} &amp;')).toMatch(/^<b title="a">Hî<\/b> \{\{ name \}\} &amp;~+$/);
  });

  it.each([
    ['Hi {{ a }}', 'Salut {{ a }}', undefined],
    ['Hi {{ a }}', 'Salut', undefined],
    ['Hi {{ a }}', '{{ b }}', '{{ b }} is not a merge field of the text'],
    ['{{#if a}}x{{/if}}', 'x', 'must have the conditions and loops of the text, in their order'],
    ['x', '</mj-text>', 'must have no tags of MJML'],
    ['x', '{{ a', 'Line 1: "{{ a" is not written as {{ path }}.'],
  ])('%s is translated as %s: %s', (source, target, problem) => {
    expect(translationProblem(source, target)).toBe(problem);
  });

  it('fall back from the nearer language to the farther one', () => {
    expect(fallbacksOf('zh-Hant-TW')).toEqual(['zh-Hant-TW', 'zh-Hant', 'zh']);
  });
});
