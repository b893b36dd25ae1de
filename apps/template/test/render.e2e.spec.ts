import { type FreshDatabase, freshDatabase } from '@kelp/testing';
import { createTemplate, message, newOrganization, publishTemplate } from './make-template.js';
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

const DATA = { first_name: 'Ann <3', shop: { url: 'https://shop.example/?a=1&b=2' } };

describe('rendering', () => {
  it('writes the values where they belong', async () => {
    const { name, version } = await publishTemplate(templates);
    const rendered = await templates.render({ name, data: DATA });
    expect(rendered).toMatchObject({ name: version.name, subject: 'Hi Ann <3' });
    expect(rendered.html).toContain('Hello Ann &lt;3, <a href="https://shop.example/?a=1&amp;b=2">go on</a>');
  });

  it('takes the latest version, or the one that is asked for', async () => {
    const { name } = await publishTemplate(templates);
    await templates.updateTemplate({ template: { name, draft: { subject: 'New' } }, updateMask: ['draft.subject'] });
    expect((await templates.render({ name, data: DATA })).subject).toBe('Hi Ann <3');
    await templates.publishTemplate({ name });
    expect((await templates.render({ name, data: DATA })).subject).toBe('New');
    expect((await templates.render({ name: `${name}/versions/1`, data: DATA })).subject).toBe('Hi Ann <3');
  });

  it('does not find a version under the name of another organization, cached or not', async () => {
    const { name } = await publishTemplate(templates);
    await templates.render({ name });
    const elsewhere = `${newOrganization()}/templates/${name.split('/')[3]}/versions/1`;
    await expect(templates.render({ name: elsewhere })).rejects.toEqual(refusal('NOT_FOUND', 'VERSION_NOT_FOUND'));
  });

  it('prints texts, numbers, true and false, and nothing of anything else', async () => {
    const draft = { subject: '[{{ a }}{{ b }}{{ c }}{{ d }}{{ e }}{{ f }}{{ g.0.x }}]', mjml: message('') };
    const { name } = await publishTemplate(templates, { draft });
    const data = { a: 'x', b: -1.5, c: true, d: null, e: { x: 1 }, f: [1], g: [{ x: 2 }] };
    expect((await templates.render({ name, data })).subject).toBe('[x-1.5true2]');
    expect((await templates.render({ name })).subject).toBe('[]');
  });

  it('never looks behind the data', async () => {
    const draft = { subject: '[{{ toString }}{{ a.length }}{{ hasOwnProperty.name }}]', mjml: message('') };
    const { name } = await publishTemplate(templates, { draft });
    const data = JSON.parse('{"a": "text", "__proto__": {"toString": "x"}}');
    expect((await templates.render({ name, data })).subject).toBe('[]');
  });

  it('refuses in a strict render, naming all that is missing', async () => {
    const { name } = await publishTemplate(templates);
    expect((await templates.render({ name, data: DATA, strict: true })).subject).toBe('Hi Ann <3');
    await expect(templates.render({ name, strict: true })).rejects.toEqual(
      refusal('INVALID_ARGUMENT', 'MISSING_MERGE_FIELDS', {
        violations: [
          { field: 'data.first_name', description: 'is missing' },
          { field: 'data.shop.url', description: 'is missing' },
        ],
      }),
    );
  });

  it('names hundreds of missing merge fields, and then their number', async () => {
    const names = Array.from({ length: 600 }, (_, index) => `${'long_'.repeat(15)}${index}`);
    const draft = {
      subject: '',
      mjml: message(`<mj-text>${names.map((name) => `{{ ${name} }}`).join(' ')}</mj-text>`),
    };
    const { name } = await publishTemplate(templates, { draft });
    const error = await templates.render({ name, strict: true }).catch((thrown) => thrown);
    expect(error).toEqual(refusal('INVALID_ARGUMENT', 'MISSING_MERGE_FIELDS'));
    const shown = error.violations.length;
    expect(shown).toBeGreaterThan(200);
    expect(error.violations.at(-1).description).toBe(`is missing And ${600 - shown} more.`);
  });

  it('refuses a template that is not published', async () => {
    const { name } = await createTemplate(templates);
    await expect(templates.render({ name })).rejects.toEqual(
      refusal('FAILED_PRECONDITION', 'NOT_PUBLISHED', { metadata: { template: name } }),
    );
  });

  it('refuses a message that would be too large', async () => {
    const draft = { subject: '', mjml: message('<mj-text>{{ a }}{{ a }}{{ a }}</mj-text>') };
    const { name } = await publishTemplate(templates, { draft });
    await expect(templates.render({ name, data: { a: 'x'.repeat(1024 * 1024) } })).rejects.toEqual(
      refusal('RESOURCE_EXHAUSTED', 'RENDER_TOO_LARGE'),
    );
    const { html } = await templates.render({ name, data: { a: 'x'.repeat(600 * 1024) } });
    expect(html.length).toBeGreaterThan(1.7 * 1024 * 1024);
  });

  it('renders the same after a restart', async () => {
    const { name } = await publishTemplate(templates);
    const before = await templates.render({ name, data: DATA });
    const second = await startTemplate(database.url);
    try {
      expect(await second.client.render({ name, data: DATA })).toEqual(before);
    } finally {
      await second.close();
    }
  });
});
