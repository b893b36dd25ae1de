import { Difference_Kind as Kind } from '@kelp/contract-template';
import { uuidv7 } from '@kelp/resource';
import { type FreshDatabase, freshDatabase } from '@kelp/testing';
import { createTemplate, GREETING, message, newOrganization, publishTemplate } from './make-template.js';
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

const edit = (name: string, subject: string, actor = '') =>
  templates.updateTemplate(
    { template: { name, draft: { subject } }, updateMask: ['draft.subject'] },
    { context: { actor } },
  );

describe('the revisions of a draft', () => {
  it('are kept with each change, by whom, and come back', async () => {
    const { name } = await createTemplate(templates);
    await edit(name, 'Second', 'users/ann');
    await edit(name, 'Second');
    await templates.updateTemplate({ template: { name, displayName: 'B' }, updateMask: ['display_name'] });
    const { revisions } = await templates.listTemplateRevisions({ parent: name });
    expect(revisions.map(({ revision, author, content }) => [revision, author, content])).toEqual([
      [2, 'users/ann', undefined],
      [1, '', undefined],
    ]);
    const first = await templates.getTemplateRevision({ name: `${name}/revisions/1` });
    expect(first.content).toMatchObject(GREETING);
    const { etag } = await templates.getTemplate({ name });
    expect((await templates.restoreTemplate({ name: first.name, etag })).draft?.subject).toBe(GREETING.subject);
    await expect(templates.restoreTemplate({ name: first.name, etag })).rejects.toEqual(
      refusal('ABORTED', 'ETAG_MISMATCH'),
    );
    expect((await templates.listTemplateRevisions({ parent: name })).revisions).toHaveLength(3);
  });

  it('are counted without a gap, however many change the draft at once', async () => {
    const { name } = await createTemplate(templates);
    await Promise.all(Array.from({ length: 20 }, (_, index) => edit(name, String(index))));
    const pages: number[] = [];
    let pageToken = '';
    do {
      const page = await templates.listTemplateRevisions({ parent: name, pageSize: 8, pageToken });
      pages.push(...page.revisions.map(({ revision }) => revision));
      pageToken = page.nextPageToken;
    } while (pageToken);
    expect(pages).toEqual(Array.from({ length: 21 }, (_, index) => 21 - index));
  });

  it('come from versions, too', async () => {
    const { name } = await publishTemplate(templates);
    await edit(name, 'Other');
    const { draft } = await templates.restoreTemplate({ name: `${name}/versions/1` });
    expect(draft).toMatchObject(GREETING);
  });

  it('are not there for another organization, nor where there are none', async () => {
    const { name } = await createTemplate(templates);
    const elsewhere = `${newOrganization()}/templates/${name.split('/')[3]}`;
    const missing = refusal('NOT_FOUND', 'REVISION_NOT_FOUND');
    for (const one of [`${elsewhere}/revisions/1`, `${name}/revisions/9`]) {
      await expect(templates.getTemplateRevision({ name: one })).rejects.toEqual(missing);
      await expect(templates.restoreTemplate({ name: one })).rejects.toEqual(missing);
    }
    await expect(templates.listTemplateRevisions({ parent: elsewhere })).rejects.toEqual(
      refusal('NOT_FOUND', 'TEMPLATE_NOT_FOUND'),
    );
  });
});

describe('going back to a version', () => {
  it('publishes it as the next one, and leaves the draft alone', async () => {
    const { name, version } = await publishTemplate(templates);
    await edit(name, 'Second');
    await templates.publishTemplate({ name });
    await edit(name, 'Third');
    const third = await templates.rollbackTemplate({ name: version.name });
    expect(third).toMatchObject({ version: 3, content: GREETING, contentHash: version.contentHash });
    expect(await templates.getTemplate({ name })).toMatchObject({ publishedVersion: 3, draft: { subject: 'Third' } });
    expect((await templates.render({ name, data: { first_name: 'Ann' } })).subject).toBe('Hi Ann');
    await expect(templates.rollbackTemplate({ name: `${name}/versions/9` })).rejects.toEqual(
      refusal('NOT_FOUND', 'VERSION_NOT_FOUND'),
    );
  });
});

describe('a duplicate', () => {
  it('has the draft, and a life of its own', async () => {
    const { name } = await publishTemplate(templates);
    const requestId = uuidv7();
    const copy = await templates.duplicateTemplate({ name, displayName: 'Copy', requestId });
    expect(copy).toMatchObject({ displayName: 'Copy', draft: GREETING, publishedVersion: 0 });
    expect(await templates.duplicateTemplate({ name, displayName: 'Again', requestId })).toEqual(copy);
    await edit(copy.name, 'Other');
    expect((await templates.getTemplate({ name })).draft).toMatchObject(GREETING);
    const { name: foreign } = await createTemplate(templates);
    await expect(templates.duplicateTemplate({ name: foreign, displayName: 'Copy', requestId })).rejects.toEqual(
      refusal('ALREADY_EXISTS', 'REQUEST_ID_REUSED'),
    );
  });
});

describe('comparing', () => {
  it('tells how a draft differs from a version', async () => {
    const { name, version } = await publishTemplate(templates);
    const draft = { subject: 'New', mjml: GREETING.mjml.replace('Hello', 'Dear') };
    await templates.updateTemplate({ template: { name, draft }, updateMask: ['draft'] });
    const { differences } = await templates.compareContents({ from: version.name, to: name });
    expect(differences.map(({ kind, path }) => [kind, path])).toEqual([
      [Kind.CHANGED, 'subject'],
      [Kind.CHANGED, 'mjml:2'],
    ]);
    const { name: foreign } = await createTemplate(templates, { draft: { subject: '', mjml: message('') } });
    await expect(templates.compareContents({ from: name, to: foreign })).rejects.toEqual(
      refusal('INVALID_ARGUMENT', 'INVALID_FIELDS'),
    );
  });
});
