import { ExportLanguage } from '@kelp/contract-template';
import { type FreshDatabase, freshDatabase } from '@kelp/testing';
import { Liquid } from 'liquidjs';
import { createTemplate, message, publishTemplate } from './make-template.js';
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

const draft = {
  subject: 'Hi {{ name }}',
  mjml: message('{{#each items as item}}<mj-text>{{ item.name }}</mj-text>{{/each}}'),
};
const data = { name: 'Ann', items: [{ name: 'Cup' }, { name: 'Pen' }] };

it('exports a version that an engine of the language renders alike', async () => {
  const { name, version } = await publishTemplate(templates, { draft });
  const exported = await templates.exportTemplate({ name, exportLanguage: ExportLanguage.LIQUID });
  expect(exported).toMatchObject({ name: version.name, subject: 'Hi {{ name }}' });
  expect(exported.notes.length).toBeGreaterThan(0);
  const rendered = await templates.render({ name, data });
  expect(await new Liquid().parseAndRender(exported.html, data)).toBe(rendered.html);
  for (const exportLanguage of [ExportLanguage.HANDLEBARS, ExportLanguage.JINJA]) {
    expect((await templates.exportTemplate({ name, exportLanguage })).html).toMatch(/\bitem1\b.*\.name\b/);
  }
});

it('tells callers the type of the data', async () => {
  const { name, version } = await publishTemplate(templates, { draft, displayName: 'Order shipped' });
  expect(await templates.getTemplateType({ name })).toEqual({
    name: version.name,
    typeName: 'OrderShipped',
    typescript: `export interface OrderShipped {
  readonly items: readonly {
    readonly name: string | number | boolean;
  }[];
  readonly name: string | number | boolean;
}
`,
  });
});

it('refuses what is not published, and languages that there are not', async () => {
  const { name } = await createTemplate(templates);
  const unpublished = refusal('FAILED_PRECONDITION', 'NOT_PUBLISHED');
  await expect(templates.exportTemplate({ name, exportLanguage: ExportLanguage.JINJA })).rejects.toEqual(unpublished);
  await expect(templates.getTemplateType({ name })).rejects.toEqual(unpublished);
  await expect(templates.exportTemplate({ name })).rejects.toEqual(refusal('INVALID_ARGUMENT', 'INVALID_FIELDS'));
});
