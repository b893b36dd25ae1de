import type { Template } from '@kelp/contract-template';
import { uuidv7 } from '@kelp/resource';
import { type FreshDatabase, freshDatabase } from '@kelp/testing';
import { createTemplate, GREETING, newOrganization, publishTemplate } from './make-template.js';
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

const put = (parent: string, displayName: string, more: Partial<Template> = {}) =>
  templates.createTemplate({ parent, template: { displayName, draft: GREETING, ...more } });

const names = async (parent: string, filter: object = {}) =>
  (await templates.listTemplates({ parent, ...filter })).templates.map(({ displayName }) => displayName);

const paths = async (parent: string) =>
  (await templates.listFolders({ parent })).folders.map(({ path, templates }) => `${path} ${templates}`);

describe('folders and tags', () => {
  it('find templates again', async () => {
    const parent = newOrganization();
    const workspace = `${parent}/workspaces/${uuidv7()}`;
    await put(parent, 'A', { folder: 'Campaigns/2026', tags: ['sale', 'winter'] });
    await put(parent, 'B', { folder: 'Campaigns', workspace });
    await put(parent, 'C', { folder: 'Campaigns2', tags: ['sale'] });
    await put(parent, 'D');
    expect(await names(parent)).toEqual(['A', 'B', 'C', 'D']);
    expect(await names(parent, { folder: 'Campaigns' })).toEqual(['A', 'B']);
    expect(await names(parent, { tag: 'sale' })).toEqual(['A', 'C']);
    expect(await names(parent, { tag: 'sale', folder: 'Campaigns' })).toEqual(['A']);
    expect(await names(parent, { workspace })).toEqual(['B']);
    expect(await paths(parent)).toEqual(['Campaigns 1', 'Campaigns/2026 1', 'Campaigns2 1']);
    expect((await templates.listFolders({ parent, workspace })).folders).toEqual([{ path: 'Campaigns', templates: 1 }]);
  });

  it('are changed by name alone: what clients of before do not know stays', async () => {
    const { name } = await put(newOrganization(), 'A', { folder: 'One', tags: ['x'] });
    const update = (template: Partial<Template>, updateMask: string[]) =>
      templates.updateTemplate({ template: { name, ...template }, updateMask });
    expect(await update({ displayName: 'B', draft: { ...GREETING, subject: 'S' } as never }, [])).toMatchObject({
      displayName: 'B',
      folder: 'One',
      tags: ['x'],
    });
    expect(await update({ tags: ['y', 'z'], folder: '' }, ['tags', 'folder'])).toMatchObject({
      folder: '',
      tags: ['y', 'z'],
    });
    for (const folder of ['/', 'a//b', ' a', 'a/b/c/d/e/f'])
      await expect(update({ folder }, ['folder'])).rejects.toEqual(refusal('INVALID_ARGUMENT', 'INVALID_FIELDS'));
    const copy = await templates.duplicateTemplate({ name, displayName: 'Copy' });
    expect(copy.tags).toEqual(['y', 'z']);
  });

  it('give no page of one filter for another’s token', async () => {
    const parent = newOrganization();
    for (const name of ['A', 'B', 'C']) await put(parent, name, { tags: ['x'] });
    const { nextPageToken: pageToken } = await templates.listTemplates({ parent, tag: 'x', pageSize: 1 });
    expect(await names(parent, { tag: 'x', pageToken })).toEqual(['B', 'C']);
    await expect(templates.listTemplates({ parent, pageToken })).rejects.toEqual(
      refusal('INVALID_ARGUMENT', 'INVALID_PAGE_TOKEN'),
    );
  });

  it('move with everything within them, into themselves and out again', async () => {
    const parent = newOrganization();
    await put(parent, 'A', { folder: 'a' });
    await put(parent, 'B', { folder: 'a/b' });
    await put(parent, 'C', { folder: 'ab' });
    expect(await templates.moveFolder({ parent, from: 'a', to: 'a/b' })).toEqual({ templates: 2 });
    expect(await paths(parent)).toEqual(['a/b 1', 'a/b/b 1', 'ab 1']);
    await templates.moveFolder({ parent, from: 'a/b', to: 'a' });
    expect(await paths(parent)).toEqual(['a 1', 'a/b 1', 'ab 1']);
    await templates.moveFolder({ parent, from: 'ab', to: 'a' });
    expect(await paths(parent)).toEqual(['a 2', 'a/b 1']);
    await templates.moveFolder({ parent, from: 'a', to: '' });
    expect(await paths(parent)).toEqual(['b 1']);
    await expect(templates.moveFolder({ parent, from: 'a', to: 'b' })).rejects.toEqual(
      refusal('NOT_FOUND', 'FOLDER_NOT_FOUND'),
    );
    const wrong = [
      { from: 'b', to: 'b' },
      { from: 'b', to: 'b/' },
      { from: '/', to: 'b' },
    ];
    for (const one of wrong)
      await expect(templates.moveFolder({ parent, ...one })).rejects.toEqual(
        refusal('INVALID_ARGUMENT', 'INVALID_FIELDS'),
      );
  });

  it('stay where they are where one would lie too deep', async () => {
    const parent = newOrganization();
    await put(parent, 'A', { folder: 'a' });
    await put(parent, 'B', { folder: 'a/b/c' });
    await expect(templates.moveFolder({ parent, from: 'a', to: 'x/y/z/a' })).rejects.toEqual(
      refusal('INVALID_ARGUMENT', 'INVALID_FIELDS'),
    );
    expect(await paths(parent)).toEqual(['a 1', 'a/b/c 1']);
  });
});

describe('an archived template', () => {
  it('is out of lists, changed and published by nobody, and rendered as before', async () => {
    const organization = newOrganization();
    const { name, version } = await publishTemplate(templates, { organization });
    const { etag } = await templates.getTemplate({ name });
    await expect(templates.archiveTemplate({ name, etag: 'old' })).rejects.toEqual(refusal('ABORTED', 'ETAG_MISMATCH'));
    const archived = await templates.archiveTemplate({ name, etag });
    expect(archived.archiveTime).toBeInstanceOf(Date);
    expect(await templates.archiveTemplate({ name })).toEqual(archived);
    expect(await names(organization)).toEqual([]);
    expect(await names(organization, { showArchived: true })).toEqual(['Welcome']);
    const refused = refusal('FAILED_PRECONDITION', 'TEMPLATE_ARCHIVED');
    const tries = [
      () => templates.updateTemplate({ template: { name, displayName: 'X' }, updateMask: ['display_name'] }),
      () => templates.publishTemplate({ name }),
      () => templates.rollbackTemplate({ name: version.name }),
      () => templates.restoreTemplate({ name: version.name }),
      () => templates.importTranslations({ parent: name, language: 'de', format: 1, content: '{}' }),
    ];
    for (const attempt of tries) await expect(attempt()).rejects.toEqual(refused);
    expect((await templates.render({ name, data: { first_name: 'Ann' } })).subject).toBe('Hi Ann');
    const back = await templates.unarchiveTemplate({ name });
    expect(back.archiveTime).toBeUndefined();
    expect(await templates.unarchiveTemplate({ name })).toEqual(back);
    expect(await names(organization)).toEqual(['Welcome']);
    expect((await templates.publishTemplate({ name })).version).toBe(1);
  });

  it('is there only where it is', async () => {
    const { name } = await createTemplate(templates);
    const elsewhere = `${newOrganization()}/templates/${name.split('/')[3]}`;
    for (const attempt of [
      () => templates.archiveTemplate({ name: elsewhere }),
      () => templates.unarchiveTemplate({ name: elsewhere }),
    ])
      await expect(attempt()).rejects.toEqual(refusal('NOT_FOUND', 'TEMPLATE_NOT_FOUND'));
  });
});
