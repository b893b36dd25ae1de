import { Document } from '@kelp/contract-template';
import { type FreshDatabase, freshDatabase } from '@kelp/testing';
import { GREETING, message, newOrganization } from './make-template.js';
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

const document = Document.fromPartial({
  theme: { textColor: '#112233' },
  blocks: [{ id: 'greeting', kind: { $case: 'text', value: { html: 'Hello {{ name }}' } } }],
});

const create = (draft: object) =>
  templates.createTemplate({ parent: newOrganization(), template: { displayName: 'A', draft } });

describe('a draft that is a document', () => {
  it('is kept, published and rendered', async () => {
    const { name, draft } = await create({ subject: 'S', document });
    expect(draft).toMatchObject({ mjml: '', document });
    const version = await templates.publishTemplate({ name });
    expect(version).toMatchObject({ content: { document }, mergeFields: ['name'] });
    expect((await templates.getTemplateVersion({ name: version.name })).content?.document).toEqual(document);
    const { html, text } = await templates.render({ name, data: { name: 'Ann' } });
    expect(html).toContain('Hello Ann');
    expect(html).toContain('#112233');
    expect(text).toBe('Hello Ann');
    expect(await templates.publishTemplate({ name })).toEqual(version);
  });

  it('gives its blocks ids where they have none', async () => {
    const blocks = [{ kind: { $case: 'text', value: { html: 'a' } } } as const];
    const { draft } = await create({ document: { blocks } });
    expect(draft?.document?.blocks.map(({ id }) => id)).toEqual(['b1']);
  });

  it('takes the place of MJML, and the other way round', async () => {
    const { name } = await create(GREETING);
    const toDocument = { template: { name, draft: { document } }, updateMask: ['draft.document'] };
    expect((await templates.updateTemplate(toDocument)).draft).toMatchObject({ mjml: '', document });
    const toMjml = { template: { name, draft: { mjml: GREETING.mjml } }, updateMask: ['draft.mjml'] };
    const { draft } = await templates.updateTemplate(toMjml);
    expect(draft).toMatchObject({ mjml: GREETING.mjml, document: undefined });
  });

  it('is refused beside MJML, and where its blocks are wrong, naming them all', async () => {
    const invalid = refusal('INVALID_ARGUMENT', 'INVALID_FIELDS');
    await expect(create({ ...GREETING, document })).rejects.toEqual(invalid);
    const text = (html: string) => ({ id: 'x', kind: { $case: 'text' as const, value: { html } } });
    const wrong = { blocks: [text('{{#if a}}'), text('</mj-text>'), { kind: undefined }] };
    const error = await create({ document: wrong }).catch((thrown) => thrown);
    expect(error.violations.map(({ field }: { field: string }) => field)).toEqual([
      'template.draft.document.blocks[0].text.html',
      'template.draft.document.blocks[1].id',
      'template.draft.document.blocks[1].text.html',
      'template.draft.document.blocks[2]',
    ]);
    await expect(create({ document: { head: '\0' } })).rejects.toEqual(invalid);
  });
});

describe('importing', () => {
  it('makes a document of MJML that renders alike', async () => {
    const mjml = message('{{#if vip}}<mj-text color="#ff0000">Gold</mj-text>{{/if}}<mj-text>{{ name }}</mj-text>');
    const imported = await templates.importDocument({ source: { $case: 'mjml', value: mjml } });
    expect(imported.codeBlocks).toBe(0);
    const data = { vip: true, name: 'Ann' };
    const rendered = await Promise.all(
      [{ mjml }, { document: imported.document }].map(async (draft) => {
        const { name } = await create(draft);
        await templates.publishTemplate({ name });
        return (await templates.render({ name, data })).html.replace(/\s+/g, '');
      }),
    );
    expect(rendered[0]).toBe(rendered[1]);
  });

  it('makes a document of HTML', async () => {
    const value = '<h1>Hi {{ name }}</h1><p>Bye</p>';
    const { document: made } = await templates.importDocument({ source: { $case: 'html', value } });
    expect(made?.blocks).toHaveLength(2);
  });

  it('refuses what is no MJML, and wrong merge fields', async () => {
    const from = (value: string) => templates.importDocument({ source: { $case: 'mjml', value } });
    await expect(from('<mjml><mj-body>')).rejects.toEqual(refusal('FAILED_PRECONDITION', 'INVALID_MJML'));
    await expect(from('<mjml>{{ a b }}</mjml>')).rejects.toEqual(refusal('FAILED_PRECONDITION', 'INVALID_MERGE_FIELD'));
    await expect(templates.importDocument({})).rejects.toEqual(refusal('INVALID_ARGUMENT', 'INVALID_FIELDS'));
  });
});
