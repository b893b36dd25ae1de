import { Document, TranslationFormat as Format } from '@kelp/contract-template';
import { type FreshDatabase, freshDatabase } from '@kelp/testing';
import pg from 'pg';
import { createTemplate, newOrganization } from './make-template.js';
import { refusal } from './refusal.js';
import { type RunningTemplate, startTemplate } from './start-template.js';

let database: FreshDatabase;
let service: RunningTemplate;
let templates: RunningTemplate['client'];

beforeAll(async () => {
  database = await freshDatabase('template');
  service = await startTemplate(database.url);
  templates = service.client;
});

afterAll(async () => {
  await service?.close();
  await database?.drop();
});

const text = (id: string, html: string) => ({ id, kind: { $case: 'text' as const, value: { html } } });
const draft = {
  subject: 'Hi {{ name }}',
  document: Document.fromPartial({ blocks: [text('a', 'Hello {{ name }}'), text('b', 'Bye')] }),
};

async function create(): Promise<string> {
  const template = { displayName: 'A', draft };
  return (await templates.createTemplate({ parent: newOrganization(), template })).name;
}

const translate = (parent: string, language: string, texts: object, format = Format.JSON) =>
  templates.importTranslations({ parent, language, format, content: JSON.stringify(texts) });

const FRENCH = { subject: 'Salut {{ name }}', 'a.html': 'Bonjour {{ name }}', 'b.html': 'Adieu' };

describe('translations', () => {
  it('are of the texts of a draft', async () => {
    const parent = await create();
    expect((await templates.listTranslationKeys({ parent })).keys).toEqual([
      { key: 'subject', text: 'Hi {{ name }}' },
      { key: 'a.html', text: 'Hello {{ name }}' },
      { key: 'b.html', text: 'Bye' },
    ]);
    expect(await translate(parent, 'fr', { ...FRENCH, 'b.html': '' })).toMatchObject({
      language: 'fr',
      translated: 2,
      missingKeys: ['b.html'],
      staleKeys: [],
    });
    await templates.updateTemplate({
      template: { name: parent, draft: { subject: 'Hey' } },
      updateMask: ['draft.subject'],
    });
    const { localizations } = await templates.listLocalizations({ parent });
    expect(localizations).toMatchObject([{ language: 'fr', staleKeys: ['subject'] }]);
  });

  it.each([Format.JSON, Format.PO, Format.XLIFF, Format.CSV])('go out and come in, in format %s', async (format) => {
    const parent = await create();
    await translate(parent, 'pt-br', FRENCH);
    const { content } = await templates.exportTranslations({ parent, language: 'pt-BR', format });
    expect(content).toContain('Adieu');
    const taken = await templates.importTranslations({ parent, language: 'fr', format, content });
    expect(taken).toMatchObject({ language: 'fr', translated: 3, missingKeys: [], staleKeys: [] });
    const pseudo = await templates.exportTranslations({ parent, language: 'qps-ploc', format });
    await templates.importTranslations({ parent, language: 'qps-ploc', format, content: pseudo.content });
    await templates.publishTemplate({ name: parent });
    const rendered = await templates.render({ name: parent, language: 'qps-ploc', data: { name: 'Ann' } });
    expect(rendered.subject).toBe('Hî Ann~');
  });

  it('are refused where they do not fit, naming them all', async () => {
    const parent = await create();
    const wrong = { nothing: 'x', subject: '{{ other }}', 'a.html': '{{#if name}}x{{/if}}' };
    await expect(translate(parent, 'fr', wrong)).rejects.toEqual(
      refusal('INVALID_ARGUMENT', 'INVALID_TRANSLATIONS', {
        violations: [
          { field: 'nothing', description: 'is not a text of the draft' },
          { field: 'subject', description: '{{ other }} is not a merge field of the text' },
          { field: 'a.html', description: 'must have the conditions and loops of the text, in their order' },
        ],
      }),
    );
    await expect(translate(parent, 'fr', FRENCH, Format.PO)).rejects.toEqual(
      refusal('INVALID_ARGUMENT', 'INVALID_TRANSLATIONS'),
    );
    await expect(translate(parent, 'no language', FRENCH)).rejects.toEqual(
      refusal('INVALID_ARGUMENT', 'INVALID_FIELDS'),
    );
    await expect(translate(parent, 'en-a', FRENCH)).rejects.toEqual(refusal('INVALID_ARGUMENT', 'INVALID_FIELDS'));
    const nobody = `${newOrganization()}/templates/${parent.split('/')[3]}`;
    await expect(translate(nobody, 'fr', FRENCH)).rejects.toEqual(refusal('NOT_FOUND', 'TEMPLATE_NOT_FOUND'));
  });

  it('end, and are not there then', async () => {
    const parent = await create();
    await translate(parent, 'fr', FRENCH);
    await templates.deleteLocalization({ parent, language: 'fr' });
    expect((await templates.listLocalizations({ parent })).localizations).toEqual([]);
    await expect(templates.deleteLocalization({ parent, language: 'fr' })).rejects.toEqual(
      refusal('NOT_FOUND', 'LOCALIZATION_NOT_FOUND'),
    );
  });

  it('are of 100 languages at the most', async () => {
    const parent = await create();
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    await client.query(
      `insert into template_localization select $1, 'x' || n, '{}', now() from generate_series(1, 100) n`,
      [parent.split('/')[3]],
    );
    await client.end();
    await expect(translate(parent, 'fr', FRENCH)).rejects.toEqual(refusal('FAILED_PRECONDITION', 'TOO_MANY_LANGUAGES'));
  });
});

describe('a version in several languages', () => {
  it('is rendered in the nearest one', async () => {
    const name = await create();
    await translate(name, 'fr', FRENCH);
    await translate(name, 'ar', { subject: 'مرحبا {{ name }}' });
    const version = await templates.publishTemplate({ name });
    expect(version.languages).toEqual(['ar', 'fr']);
    const render = async (language: string) => {
      const rendered = await templates.render({ name, language, data: { name: 'Ann' } });
      return [rendered.language, rendered.subject];
    };
    expect(await render('fr-ca')).toEqual(['fr', 'Salut Ann']);
    expect(await render('de')).toEqual(['', 'Hi Ann']);
    expect(await render('')).toEqual(['', 'Hi Ann']);
    const french = await templates.render({ name, language: 'fr', data: { name: 'Ann' } });
    expect(french.html).toContain('Bonjour Ann');
    expect(french.html).toContain('lang="fr"');
    const arabic = await templates.render({ name, language: 'ar', data: { name: 'Ann' } });
    expect(arabic.html).toContain('dir="rtl"');
    expect(arabic.html).toContain('direction:rtl');
    expect(arabic.html).toContain('Hello Ann');
  });

  it('is rendered for each recipient of a batch in the recipient’s language', async () => {
    const name = await create();
    await translate(name, 'fr', FRENCH);
    await templates.publishTemplate({ name });
    async function* requests() {
      const recipient = (id: string, language: string) => ({
        id,
        language,
        data: { $case: 'json' as const, value: '{"name":"Ann"}' },
      });
      yield {
        options: { name, strict: true, language: '' },
        recipients: [recipient('1', 'fr-FR'), recipient('2', '')],
      };
      yield { options: undefined, recipients: [recipient('3', '?')] };
    }
    const subjects: unknown[] = [];
    for await (const { results } of templates.renderBatch(requests()))
      for (const { outcome } of results)
        subjects.push(outcome?.$case === 'message' ? outcome.value.subject : outcome?.$case);
    expect(subjects).toEqual(['Salut Ann', 'Hi Ann', 'status']);
  });

  it('is another one when its translations change, and goes back with them', async () => {
    const name = await create();
    await translate(name, 'fr', FRENCH);
    const first = await templates.publishTemplate({ name });
    expect(await templates.publishTemplate({ name })).toEqual(first);
    await translate(name, 'fr', { ...FRENCH, subject: 'Coucou' });
    const second = await templates.publishTemplate({ name });
    expect(second.version).toBe(2);
    expect(second.contentHash).not.toEqual(first.contentHash);
    const third = await templates.rollbackTemplate({ name: first.name });
    expect(third).toMatchObject({ version: 3, languages: ['fr'], contentHash: first.contentHash });
    const subjects = [first, second, third].map(async (version) => {
      const { subject } = await templates.render({ name: version.name, language: 'fr', data: { name: 'Ann' } });
      return subject;
    });
    expect(await Promise.all(subjects)).toEqual(['Salut Ann', 'Coucou', 'Salut Ann']);
  });

  it('keeps the language when the draft loses it', async () => {
    const { name } = await createTemplate(templates);
    const { keys } = await templates.listTranslationKeys({ parent: name });
    expect(keys.map((one) => one.text)).toEqual([
      'Hi {{ first_name }}',
      'Hello {{ first_name }}, <a href="{{ shop.url }}">go on</a>',
    ]);
    await translate(name, 'fr', { [keys[1]!.key]: 'Bonjour <a href="{{ shop.url }}">x</a>' });
    await templates.publishTemplate({ name });
    await templates.deleteLocalization({ parent: name, language: 'fr' });
    expect((await templates.render({ name, language: 'fr' })).html).toContain('Bonjour');
  });
});
