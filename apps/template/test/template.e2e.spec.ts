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

const missing = () => `${newOrganization()}/templates/${uuidv7()}`;

describe('creating a template', () => {
  it('gives it a name, an etag and its draft, and keeps them', async () => {
    const parent = newOrganization();
    const workspace = `${parent}/workspaces/${uuidv7()}`;
    const created = await templates.createTemplate({
      parent,
      template: { displayName: 'Welcome', workspace, draft: GREETING },
    });
    expect(created).toMatchObject({ displayName: 'Welcome', workspace, draft: GREETING, publishedVersion: 0 });
    expect(created.name).toMatch(new RegExp(`^${parent}/templates/[0-9a-f-]{36}$`));
    expect(created.etag).not.toBe('');
    expect(Math.abs(created.createTime!.getTime() - Date.now())).toBeLessThan(60_000);
    expect(await templates.getTemplate({ name: created.name })).toEqual(created);
  });

  it('happens once for a request id, however often it is asked for', async () => {
    const request = { parent: newOrganization(), template: { displayName: 'Once' }, requestId: uuidv7() };
    const all = await Promise.all([1, 2, 3].map(() => templates.createTemplate(request)));
    expect(new Set(all.map(({ name }) => name))).toEqual(new Set([`${request.parent}/templates/${request.requestId}`]));
    const { templates: listed } = await templates.listTemplates({ parent: request.parent });
    expect(listed).toHaveLength(1);
  });

  it('refuses a request id that was used in another organization', async () => {
    const requestId = uuidv7();
    await templates.createTemplate({ parent: newOrganization(), template: { displayName: 'A' }, requestId });
    await expect(
      templates.createTemplate({ parent: newOrganization(), template: { displayName: 'B' }, requestId }),
    ).rejects.toEqual(refusal('ALREADY_EXISTS', 'REQUEST_ID_REUSED', { metadata: { requestId } }));
  });

  it('names all that is wrong at once', async () => {
    const parent = newOrganization();
    const template = { workspace: `${newOrganization()}/workspaces/${uuidv7()}`, draft: { subject: 'a\0b', mjml: '' } };
    await expect(templates.createTemplate({ parent, template })).rejects.toEqual(
      refusal('INVALID_ARGUMENT', 'INVALID_FIELDS', {
        violations: [
          { field: 'template.display_name', description: 'must not be empty' },
          { field: 'template.workspace', description: `must be ${parent}/workspaces/{workspace}` },
          { field: 'template.draft.subject', description: 'must not contain U+0000' },
        ],
      }),
    );
    const named = { name: missing(), displayName: 'A' };
    await expect(templates.createTemplate({ parent, template: named })).rejects.toEqual(
      refusal('INVALID_ARGUMENT', 'INVALID_FIELDS'),
    );
  });
});

describe('getting a template', () => {
  it('refuses a name that is none, and one that names nothing', async () => {
    await expect(templates.getTemplate({ name: 'templates/1' })).rejects.toEqual(
      refusal('INVALID_ARGUMENT', 'INVALID_FIELDS'),
    );
    const oddDashes = `organizations/${'-'.repeat(36)}/templates/${uuidv7()}`;
    await expect(templates.getTemplate({ name: oddDashes })).rejects.toEqual(
      refusal('INVALID_ARGUMENT', 'INVALID_FIELDS'),
    );
    const name = missing();
    await expect(templates.getTemplate({ name })).rejects.toEqual(
      refusal('NOT_FOUND', 'TEMPLATE_NOT_FOUND', { metadata: { template: name } }),
    );
  });

  it('does not find what another organization has', async () => {
    const { name } = await createTemplate(templates);
    const elsewhere = `${newOrganization()}/templates/${name.split('/')[3]}`;
    for (const call of [
      () => templates.getTemplate({ name: elsewhere }),
      () => templates.updateTemplate({ template: { name: elsewhere, displayName: 'Mine' } }),
      () => templates.deleteTemplate({ name: elsewhere }),
      () => templates.publishTemplate({ name: elsewhere }),
      () => templates.render({ name: elsewhere }),
      () => templates.listTemplateVersions({ parent: elsewhere }),
    ]) {
      await expect(call()).rejects.toEqual(refusal('NOT_FOUND', 'TEMPLATE_NOT_FOUND'));
    }
    expect((await templates.getTemplate({ name })).displayName).toBe('Welcome');
  });
});

describe('listing templates', () => {
  it('gives them oldest first, page by page, without their drafts', async () => {
    const organization = newOrganization();
    const names: string[] = [];
    for (let i = 0; i < 5; i++) names.push((await createTemplate(templates, { organization })).name);
    const pages: string[][] = [];
    let pageToken = '';
    do {
      const page = await templates.listTemplates({ parent: organization, pageSize: 2, pageToken });
      expect(page.templates.every(({ draft }) => draft === undefined)).toBe(true);
      pages.push(page.templates.map(({ name }) => name));
      pageToken = page.nextPageToken;
    } while (pageToken);
    expect(pages).toEqual([names.slice(0, 2), names.slice(2, 4), names.slice(4)]);
  });

  it('shows nothing of other organizations', async () => {
    await createTemplate(templates);
    expect(await templates.listTemplates({ parent: newOrganization() })).toEqual({ templates: [], nextPageToken: '' });
  });

  it('refuses a page token of another list, and one that nobody gave', async () => {
    const organization = newOrganization();
    for (let i = 0; i < 2; i++) await createTemplate(templates, { organization });
    const { nextPageToken } = await templates.listTemplates({ parent: organization, pageSize: 1 });
    const forged = Buffer.from(JSON.stringify([`${organization}/templates`, 'now x'])).toString('base64url');
    for (const [parent, pageToken] of [
      [newOrganization(), nextPageToken],
      [organization, 'nonsense'],
      [organization, forged],
    ]) {
      await expect(templates.listTemplates({ parent, pageToken })).rejects.toEqual(
        refusal('INVALID_ARGUMENT', 'INVALID_PAGE_TOKEN'),
      );
    }
  });
});

describe('updating a template', () => {
  it('changes what the mask names, and nothing else', async () => {
    const before = await createTemplate(templates);
    const { name } = before;
    const after = await templates.updateTemplate({
      template: { name, displayName: 'Ignored', draft: { subject: 'New', mjml: 'Ignored' } },
      updateMask: ['draft.subject'],
    });
    expect(after).toMatchObject({ displayName: 'Welcome', draft: { subject: 'New', mjml: GREETING.mjml } });
    expect(after.etag).not.toBe(before.etag);
    expect(await templates.getTemplate({ name })).toEqual(after);
    const workspace = `${name.split('/templates')[0]}/workspaces/${uuidv7()}`;
    const changes = [
      { template: { name, displayName: 'B' }, updateMask: ['display_name'] },
      { template: { name, workspace }, updateMask: ['workspace'] },
      { template: { name, draft: { mjml: 'M' } }, updateMask: ['draft.mjml'] },
    ];
    for (const change of changes) await templates.updateTemplate(change);
    const changed = { displayName: 'B', workspace, draft: { subject: 'New', mjml: 'M' } };
    expect(await templates.getTemplate({ name })).toMatchObject(changed);
    await templates.updateTemplate({ template: { name }, updateMask: ['draft', 'workspace'] });
    const emptied = { displayName: 'B', workspace: '', draft: { subject: '', mjml: '' } };
    expect(await templates.getTemplate({ name })).toMatchObject(emptied);
  });

  it('changes all of it without a mask', async () => {
    const { name } = await createTemplate(templates);
    const after = await templates.updateTemplate({ template: { name, displayName: 'All' } });
    expect(after).toMatchObject({ displayName: 'All', workspace: '', draft: { subject: '', mjml: '' } });
  });

  it('refuses to overwrite what somebody else changed meanwhile', async () => {
    const { name, etag } = await createTemplate(templates);
    const edit = (displayName: string) =>
      templates.updateTemplate({ template: { name, etag, displayName }, updateMask: ['display_name'] });
    const results = await Promise.allSettled(['A', 'B', 'C', 'D'].map(edit));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const result of results) {
      if (result.status === 'rejected') {
        expect(result.reason).toEqual(refusal('ABORTED', 'ETAG_MISMATCH', { metadata: { template: name } }));
      }
    }
  });

  it('refuses a mask of fields that cannot be changed', async () => {
    const { name } = await createTemplate(templates);
    for (const path of ['etag', 'draft.html', 'published_version']) {
      await expect(templates.updateTemplate({ template: { name }, updateMask: [path] })).rejects.toEqual(
        refusal('INVALID_ARGUMENT', 'INVALID_FIELDS'),
      );
    }
  });
});

describe('deleting a template', () => {
  it('removes it', async () => {
    const { name, etag } = await createTemplate(templates);
    await templates.deleteTemplate({ name, etag });
    await expect(templates.getTemplate({ name })).rejects.toEqual(refusal('NOT_FOUND', 'TEMPLATE_NOT_FOUND'));
    await expect(templates.deleteTemplate({ name })).rejects.toEqual(refusal('NOT_FOUND', 'TEMPLATE_NOT_FOUND'));
  });

  it('refuses where it changed meanwhile', async () => {
    const { name, etag } = await createTemplate(templates);
    await templates.updateTemplate({ template: { name, displayName: 'B' }, updateMask: ['display_name'] });
    await expect(templates.deleteTemplate({ name, etag })).rejects.toEqual(refusal('ABORTED', 'ETAG_MISMATCH'));
  });

  it('refuses where it was published', async () => {
    const { name } = await publishTemplate(templates);
    await expect(templates.deleteTemplate({ name })).rejects.toEqual(
      refusal('FAILED_PRECONDITION', 'TEMPLATE_PUBLISHED', { metadata: { template: name } }),
    );
  });
});
