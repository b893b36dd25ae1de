import { uuidv7 } from '@kelp/resource';
import { type FreshDatabase, freshDatabase } from '@kelp/testing';
import pg from 'pg';
import { createTemplate, GREETING, growing, message, newOrganization, publishTemplate } from './make-template.js';
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

const editSubject = (name: string, subject: string) =>
  templates.updateTemplate({ template: { name, draft: { subject } }, updateMask: ['draft.subject'] });

describe('publishing a template', () => {
  it('freezes its draft as the next version', async () => {
    const { name, version } = await publishTemplate(templates);
    expect(version).toMatchObject({
      name: `${name}/versions/1`,
      version: 1,
      content: GREETING,
      mergeFields: ['first_name', 'shop.url'],
    });
    expect(version.contentHash).toHaveLength(32);
    expect(await templates.getTemplate({ name })).toMatchObject({ publishedVersion: 1, draft: GREETING });

    await editSubject(name, 'Second');
    const second = await templates.publishTemplate({ name });
    expect(second).toMatchObject({ version: 2, content: { subject: 'Second', mjml: GREETING.mjml } });
    expect(second.contentHash).not.toEqual(version.contentHash);
    expect(await templates.getTemplateVersion({ name: version.name })).toEqual(version);
  });

  it('gives the latest version again where the draft is unchanged', async () => {
    const { name, version } = await publishTemplate(templates);
    expect(await templates.publishTemplate({ name })).toEqual(version);
    const { etag } = await templates.getTemplate({ name });
    await templates.publishTemplate({ name });
    expect((await templates.getTemplate({ name })).etag).toBe(etag);
    await editSubject(name, 'Second');
    await templates.publishTemplate({ name });
    await editSubject(name, GREETING.subject);
    const third = await templates.publishTemplate({ name });
    expect(third.version).toBe(3);
    expect(third.contentHash).toEqual(version.contentHash);
  });

  it('makes one version of one draft, however many publish it at once', async () => {
    const { name } = await createTemplate(templates);
    const all = await Promise.all(Array.from({ length: 8 }, () => templates.publishTemplate({ name })));
    expect(new Set(all.map(({ version }) => version))).toEqual(new Set([1]));
    expect((await templates.listTemplateVersions({ parent: name })).versions).toHaveLength(1);
  });

  it('never skips a number or freezes a mixture, while others edit and publish', async () => {
    const { name } = await createTemplate(templates);
    const work = Array.from({ length: 6 }, async (_, worker) => {
      for (let round = 0; round < 5; round++) {
        const subject = `${worker} ${round}`;
        await templates.updateTemplate({
          template: { name, draft: { subject, mjml: message(`<mj-text>${subject}</mj-text>`) } },
          updateMask: ['draft'],
        });
        await templates.publishTemplate({ name });
      }
    });
    await Promise.all(work);
    const { publishedVersion } = await templates.getTemplate({ name });
    const { versions } = await templates.listTemplateVersions({ parent: name });
    expect(versions.map(({ version }) => version)).toEqual(
      Array.from({ length: publishedVersion }, (_, index) => publishedVersion - index),
    );
    for (const version of versions) {
      const { content } = await templates.getTemplateVersion({ name: version.name });
      expect(content!.mjml).toContain(`<mj-text>${content!.subject}</mj-text>`);
      const { subject, html } = await templates.render({ name: version.name });
      expect(subject).toBe(content!.subject);
      expect(html).toContain(`>${subject}</div>`);
    }
  });

  it('refuses where the draft changed meanwhile', async () => {
    const { name, etag } = await createTemplate(templates);
    await editSubject(name, 'Other');
    await expect(templates.publishTemplate({ name, etag })).rejects.toEqual(refusal('ABORTED', 'ETAG_MISMATCH'));
    expect((await templates.getTemplate({ name })).publishedVersion).toBe(0);
  });

  it('refuses a draft that is not MJML, and says where it is not', async () => {
    const mjml = message('<mj-text>a</mj-text>\n<mj-nothing />');
    const { name } = await createTemplate(templates, { draft: { subject: '', mjml } });
    await expect(templates.publishTemplate({ name })).rejects.toEqual(
      refusal('FAILED_PRECONDITION', 'INVALID_MJML', {
        violations: [
          {
            field: 'draft.mjml',
            description: "Line 3: mj-nothing: Element mj-nothing doesn't exist or is not registered.",
          },
        ],
      }),
    );
    const { name: empty } = await createTemplate(templates, { draft: { subject: '', mjml: '' } });
    await expect(templates.publishTemplate({ name: empty })).rejects.toEqual(
      refusal('FAILED_PRECONDITION', 'INVALID_MJML'),
    );
  });

  it('refuses a draft with wrong merge fields, and names them all', async () => {
    const draft = { subject: '{{ a', mjml: message('<mj-text>{{ b c }}</mj-text>') };
    const { name } = await createTemplate(templates, { draft });
    await expect(templates.publishTemplate({ name })).rejects.toEqual(
      refusal('FAILED_PRECONDITION', 'INVALID_MERGE_FIELD', {
        violations: [
          { field: 'draft.subject', description: 'Line 1: "{{ a" is not written as {{ path }}.' },
          { field: 'draft.mjml', description: 'Line 2: "{{ b c }}" is not written as {{ path }}.' },
        ],
      }),
    );
  });

  it('refuses with as many violations as anybody reads', async () => {
    const mjml = message(`<mj-text>${'\n{{ wrong field }}'.repeat(1_000)}</mj-text>`);
    const { name } = await createTemplate(templates, { draft: { subject: '', mjml } });
    await expect(templates.publishTemplate({ name })).rejects.toMatchObject({
      reason: 'INVALID_MERGE_FIELD',
      violations: { length: 100 },
    });
  });

  it('refuses a draft whose HTML is too large already', async () => {
    const mjml = growing({ megabytes: 4 });
    const { name } = await createTemplate(templates, { draft: { subject: '', mjml } });
    await expect(templates.publishTemplate({ name })).rejects.toEqual(
      refusal('RESOURCE_EXHAUSTED', 'RENDER_TOO_LARGE'),
    );
  });
});

describe('published versions', () => {
  it('never change, not even by hand', async () => {
    const { version } = await publishTemplate(templates);
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    try {
      await expect(client.query("update template_version set subject = 'x'")).rejects.toThrow('never change');
      await expect(client.query('delete from template_version')).rejects.toThrow('never change');
      await expect(client.query('delete from template')).rejects.toThrow('violates');
    } finally {
      await client.end();
    }
    expect(await templates.getTemplateVersion({ name: version.name })).toEqual(version);
  });

  it('are listed latest first, page by page, without their content', async () => {
    const { name } = await publishTemplate(templates);
    for (const subject of ['2', '3', '4', '5']) {
      await editSubject(name, subject);
      await templates.publishTemplate({ name });
    }
    const pages: number[][] = [];
    let pageToken = '';
    do {
      const page = await templates.listTemplateVersions({ parent: name, pageSize: 2, pageToken });
      expect(page.versions.every(({ content }) => content === undefined)).toBe(true);
      pages.push(page.versions.map(({ version }) => version));
      pageToken = page.nextPageToken;
    } while (pageToken);
    expect(pages).toEqual([[5, 4], [3, 2], [1]]);
    await expect(templates.listTemplateVersions({ parent: name, pageToken: 'x' })).rejects.toEqual(
      refusal('INVALID_ARGUMENT', 'INVALID_PAGE_TOKEN'),
    );
  });

  it('are not found where they were never published', async () => {
    const { name } = await publishTemplate(templates);
    for (const version of [`${name}/versions/2`, `${newOrganization()}/templates/${uuidv7()}/versions/1`]) {
      const calls = [() => templates.getTemplateVersion({ name: version }), () => templates.render({ name: version })];
      for (const call of calls) {
        await expect(call()).rejects.toEqual(refusal('NOT_FOUND', 'VERSION_NOT_FOUND', { metadata: { version } }));
      }
    }
  });
});
