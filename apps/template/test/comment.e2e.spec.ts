import { type Comment, ListCommentsRequest_Filter as Filter, type ReviewContract } from '@kelp/contract-template';
import { uuidv7 } from '@kelp/resource';
import type { Client } from '@kelp/rpc';
import { type FreshDatabase, freshDatabase } from '@kelp/testing';
import { createTemplate, newOrganization } from './make-template.js';
import { refusal } from './refusal.js';
import { type RunningTemplate, startTemplate } from './start-template.js';

let database: FreshDatabase;
let service: RunningTemplate;
let templates: RunningTemplate['client'];
let reviews: Client<typeof ReviewContract>;

beforeAll(async () => {
  database = await freshDatabase('template');
  service = await startTemplate(database.url);
  templates = service.client;
  reviews = service.reviews;
});

afterAll(async () => {
  await service?.close();
  await database?.drop();
});

const by = (actor: string) => ({ context: { actor } });

const document = (...ids: string[]) => ({
  blocks: ids.map((id) => ({ id, kind: { $case: 'text' as const, value: { html: `Text of ${id}` } } })),
});

const withBlocks = (...ids: string[]) =>
  templates.createTemplate({
    parent: newOrganization(),
    template: { displayName: 'Welcome', draft: { subject: 'Hi', document: document(...ids) } },
  });

const say = (parent: string, comment: Partial<Comment>, actor = 'ann', requestId = '') =>
  reviews.createComment({ parent, comment: { text: 'Look.', ...comment }, requestId }, by(actor));

const texts = async (parent: string, more: object = {}) =>
  (await reviews.listComments({ parent, ...more })).comments.map(({ text }) => text);

describe('a comment', () => {
  it('is about a block, wherever that goes, until it is gone, and again once it is back', async () => {
    const { name: parent } = await withBlocks('greeting', 'offer');
    const { name } = await say(parent, { block: 'offer', mentions: ['bob'] });
    const put = (...ids: string[]) =>
      templates.updateTemplate({
        template: { name: parent, draft: { document: document(...ids) } },
        updateMask: ['draft.document'],
      });
    const found = async () => (await reviews.listComments({ parent })).comments[0];
    await put('offer', 'greeting');
    expect(await found()).toMatchObject({ name, block: 'offer', detached: false, author: 'ann', mentions: ['bob'] });
    await put('greeting');
    expect(await found()).toMatchObject({ block: 'offer', detached: true });
    await put('greeting', 'offer');
    expect(await found()).toMatchObject({ detached: false });
  });

  it('is changed and deleted by its author alone', async () => {
    const { name: parent } = await createTemplate(templates);
    const { name } = await say(parent, {});
    const notTheAuthor = refusal('PERMISSION_DENIED', 'NOT_THE_AUTHOR');
    await expect(reviews.updateComment({ name, text: 'Mine.' }, by('bob'))).rejects.toEqual(notTheAuthor);
    await expect(reviews.deleteComment({ name }, by('bob'))).rejects.toEqual(notTheAuthor);
    const edited = await reviews.updateComment({ name, text: 'Better.', mentions: ['cem'] }, by('ann'));
    expect(edited).toMatchObject({ text: 'Better.', mentions: ['cem'], editTime: expect.any(Date) });
    await say(parent, { thread: name, text: 'Yes.' }, 'bob');
    await reviews.deleteComment({ name }, by('ann'));
    expect(await texts(parent)).toEqual([]);
    await expect(reviews.deleteComment({ name }, by('ann'))).rejects.toEqual(refusal('NOT_FOUND', 'COMMENT_NOT_FOUND'));
  });

  it('is written once, however often the call is repeated', async () => {
    const { name: parent } = await createTemplate(templates);
    const requestId = uuidv7();
    const first = await say(parent, {}, 'ann', requestId);
    expect(await say(parent, {}, 'ann', requestId)).toEqual(first);
    const { name: other } = await createTemplate(templates);
    await expect(say(other, {}, 'ann', requestId)).rejects.toEqual(refusal('ALREADY_EXISTS', 'REQUEST_ID_REUSED'));
  });

  it('is refused where it says nothing, or is about nothing', async () => {
    const { name: parent } = await withBlocks('greeting');
    const { name: thread } = await say(parent, {});
    const wrong: Partial<Comment>[] = [
      { text: ' ' },
      { text: 'a\0b' },
      { block: 'other' },
      { thread, block: 'greeting' },
    ];
    for (const comment of wrong)
      await expect(say(parent, comment)).rejects.toEqual(refusal('INVALID_ARGUMENT', 'INVALID_FIELDS'));
    await expect(say(parent, {}, '')).rejects.toEqual(refusal('UNAUTHENTICATED', 'ACTOR_UNKNOWN'));
    await expect(say(parent.replace(/[^/]+$/, uuidv7()), {})).rejects.toEqual(
      refusal('NOT_FOUND', 'TEMPLATE_NOT_FOUND'),
    );
  });
});

describe('a thread', () => {
  it('is resolved and opened again, also by an answer', async () => {
    const { name: parent } = await createTemplate(templates);
    const { name } = await say(parent, { text: 'Remark' });
    const answer = await say(parent, { thread: name, text: 'Answer' }, 'bob');
    await say(parent, { text: 'Other' });
    const resolved = await reviews.resolveThread({ name }, by('bob'));
    expect(resolved).toMatchObject({ resolver: 'bob', resolveTime: expect.any(Date) });
    expect(await reviews.resolveThread({ name }, by('cem'))).toEqual(resolved);
    expect(await texts(parent, { filter: Filter.OPEN })).toEqual(['Other']);
    expect(await texts(parent, { filter: Filter.RESOLVED })).toEqual(['Remark', 'Answer']);
    expect((await reviews.reopenThread({ name }, by('cem'))).resolveTime).toBeUndefined();
    await reviews.resolveThread({ name }, by('bob'));
    await say(parent, { thread: name, text: 'But' });
    expect(await texts(parent, { filter: Filter.OPEN })).toEqual(['Remark', 'Answer', 'Other', 'But']);
    const notARemark = refusal('FAILED_PRECONDITION', 'NOT_A_REMARK');
    await expect(reviews.resolveThread({ name: answer.name }, by('bob'))).rejects.toEqual(notARemark);
    await expect(say(parent, { thread: answer.name })).rejects.toEqual(notARemark);
  });

  it('is listed with all its comments, page by page, by block and by who is mentioned', async () => {
    const { name: parent } = await withBlocks('greeting', 'offer');
    const { name } = await say(parent, { block: 'offer', text: '1' });
    for (const text of ['2', '3', '4']) await say(parent, { thread: name, text });
    await say(parent, { block: 'greeting', text: '5', mentions: ['bob', 'cem'] });
    const all: string[] = [];
    let pageToken = '';
    do {
      const page = await reviews.listComments({ parent, block: 'offer', pageSize: 3, pageToken });
      all.push(...page.comments.map(({ text }) => text));
      pageToken = page.nextPageToken;
    } while (pageToken);
    expect(all).toEqual(['1', '2', '3', '4']);
    expect(await texts(parent, { mentioned: 'cem' })).toEqual(['5']);
    const { nextPageToken } = await reviews.listComments({ parent, pageSize: 1 });
    await expect(reviews.listComments({ parent, block: 'offer', pageToken: nextPageToken })).rejects.toEqual(
      refusal('INVALID_ARGUMENT', 'INVALID_PAGE_TOKEN'),
    );
  });

  it('belongs to its template and organization', async () => {
    const { name: parent } = await createTemplate(templates);
    const { name } = await say(parent, {});
    const { name: other } = await createTemplate(templates);
    const missing = refusal('NOT_FOUND', 'COMMENT_NOT_FOUND');
    await expect(say(other, { thread: name })).rejects.toEqual(missing);
    const elsewhere = name.replace(/^organizations\/[^/]+/, newOrganization());
    await expect(reviews.resolveThread({ name: elsewhere }, by('ann'))).rejects.toEqual(missing);
    await expect(reviews.updateComment({ name: elsewhere, text: 'x' }, by('ann'))).rejects.toEqual(missing);
  });
});
