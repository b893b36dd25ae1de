import {
  type RenderBatchRequest,
  type RenderBatchResponse,
  type RenderRequest,
  type RenderResponse,
  type RenderResult,
} from '@kelp/contract-template';
import { callStream, fromStatus } from '@kelp/rpc';
import { type FreshDatabase, freshDatabase } from '@kelp/testing';
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

type Recipient = RenderBatchRequest['recipients'][number];

const json = (id: string, values: unknown): Recipient => ({
  id,
  language: '',
  data: { $case: 'json', value: typeof values === 'string' ? values : JSON.stringify(values) },
});

async function* batchOf(name: string, strict: boolean, ...messages: Recipient[][]): AsyncGenerator<RenderBatchRequest> {
  yield { options: { name, strict, language: '' }, recipients: [] };
  for (const recipients of messages) yield { options: undefined, recipients };
}

async function resultsOf(requests: AsyncIterable<RenderBatchRequest>): Promise<RenderResult[]> {
  const results: RenderResult[] = [];
  for await (const response of templates.renderBatch(requests)) results.push(...response.results);
  return results;
}

const DRAFT = {
  subject: 'Hi {{ name | default: "you" }}',
  preheader: '{{ items.0 }}',
  mjml: message('{{#each items as item}}<mj-text>{{ item }}</mj-text>{{/each}}'),
};

describe('a batch of renders', () => {
  it('gives every recipient what Render gives, in order', async () => {
    const { name, version } = await publishTemplate(templates, { draft: DRAFT });
    const values = { name: 'Ann', items: ['a', '<b>'] };
    const results = await resultsOf(
      batchOf(
        name,
        true,
        [json('1', values)],
        [],
        [{ id: '2', language: '', data: { $case: 'values', value: values } }],
      ),
    );
    const { name: rendered, ...expected } = await templates.render({ name, data: values });
    expect(rendered).toBe(version.name);
    expect(expected).toMatchObject({ subject: 'Hi Ann', preheader: 'a', text: 'a\n\n<b>' });
    expect(results).toEqual(['1', '2'].map((id) => ({ id, outcome: { $case: 'message', value: expected } })));
  });

  it('says of each recipient what is wrong with its data, and goes on', async () => {
    const { name } = await publishTemplate(templates, { draft: DRAFT });
    const results = await resultsOf(
      batchOf(name, true, [
        json('missing', { items: [] }),
        json('no json', '{'),
        json('no object', []),
        json('long', { items: ['x'], name: 'y'.repeat(1024 * 1024) }),
        json('i'.repeat(129), { items: ['x'] }),
        { id: 'none', language: '', data: undefined },
        json('right', { items: ['x'] }),
      ]),
    );
    const reasons = results.map(({ outcome }) =>
      outcome?.$case === 'status' ? fromStatus(outcome.value).reason : outcome?.$case,
    );
    const invalid = 'INVALID_FIELDS';
    const missing = 'MISSING_MERGE_FIELDS';
    expect(reasons).toEqual([missing, invalid, invalid, invalid, invalid, missing, 'message']);
  });

  it('renders one version, whatever is published meanwhile', async () => {
    const { name } = await publishTemplate(templates, { draft: DRAFT });
    const subjects: string[] = [];
    async function* requests(): AsyncGenerator<RenderBatchRequest> {
      yield { options: { name, strict: false, language: '' }, recipients: [json('1', {})] };
      await templates.updateTemplate({ template: { name, draft: { subject: 'New' } }, updateMask: ['draft.subject'] });
      await templates.publishTemplate({ name });
      yield { options: undefined, recipients: [json('2', {})] };
    }
    for (const { outcome } of await resultsOf(requests())) {
      if (outcome?.$case === 'message') subjects.push(outcome.value.subject);
    }
    expect(subjects).toEqual(['Hi you', 'Hi you']);
  });

  it('renders no faster than its caller reads', async () => {
    const { name } = await publishTemplate(templates, { draft: DRAFT });
    let asked = 0;
    async function* requests(): AsyncGenerator<RenderBatchRequest> {
      yield { options: { name, strict: false, language: '' }, recipients: [] };
      for (; asked < 4_000; asked++) {
        yield { options: undefined, recipients: [json(String(asked), { items: ['x'.repeat(20_000)] })] };
      }
    }
    const responses = templates.renderBatch(requests())[Symbol.asyncIterator]();
    await responses.next();
    await new Promise((resolve) => setTimeout(resolve, 700));
    // 4,000 messages are 160 MB.
    expect(asked).toBeLessThan(2_000);
    await responses.return?.(undefined as unknown as RenderBatchResponse);
  });

  it('puts as many results in a message as fit, and one that is larger alone', async () => {
    const { name } = await publishTemplate(templates, { draft: DRAFT });
    const recipients = [...Array<number>(30).fill(1_000), 400_000, ...Array<number>(20).fill(1_000)].map(
      (size, index) => json(String(index), { items: ['x'.repeat(size)] }),
    );
    const sizes: number[] = [];
    for await (const { results } of templates.renderBatch(batchOf(name, true, recipients))) sizes.push(results.length);
    expect(sizes.reduce((sum, size) => sum + size)).toBe(51);
    expect(sizes).toContain(1);
    expect(sizes.length).toBeLessThan(10);
  });

  it('refuses messages in a wrong order, and what cannot be rendered', async () => {
    const { name } = await publishTemplate(templates);
    const { name: unpublished } = await createTemplate(templates);
    const options = { name, strict: false, language: '' };
    async function* of(...requests: Partial<RenderBatchRequest>[]): AsyncGenerator<RenderBatchRequest> {
      for (const request of requests) yield { options: undefined, recipients: [], ...request };
    }
    const invalid = refusal('INVALID_ARGUMENT', 'INVALID_FIELDS');
    await expect(resultsOf(of({ recipients: [json('1', {})] }))).rejects.toEqual(invalid);
    await expect(resultsOf(of({ options }, { options }))).rejects.toEqual(invalid);
    await expect(resultsOf(of({ options: { ...options, name: 'x' } }))).rejects.toEqual(invalid);
    await expect(resultsOf(of({ options: { ...options, name: unpublished } }))).rejects.toEqual(
      refusal('FAILED_PRECONDITION', 'NOT_PUBLISHED'),
    );
    expect(await resultsOf(of())).toEqual([]);
  });
});

it('renders many calls over one stream', async () => {
  const { name } = await publishTemplate(templates, { draft: DRAFT });
  const renders = callStream<RenderRequest, RenderResponse>({
    open: (requests, options) => templates.renderCalls(requests, options),
    idempotent: true,
  });
  const subjects = await Promise.all(
    Array.from({ length: 300 }, async (_, index) => {
      const { subject } = await renders.call({ name, data: { name: String(index) }, strict: false, language: '' });
      return subject;
    }),
  );
  expect(subjects).toEqual(subjects.map((_, index) => `Hi ${index || 'you'}`.replace('Hi you', 'Hi 0')));
  await expect(renders.call({ name, data: {}, strict: true, language: '' })).rejects.toEqual(
    refusal('INVALID_ARGUMENT', 'MISSING_MERGE_FIELDS'),
  );
  await renders.close();
});

it('refuses conditions and loops that take too many steps', async () => {
  const loops = Array.from({ length: 5 }, (_, depth) => `{{#each items as x${depth}}}`).join('');
  const draft = { subject: `${loops}${'{{/each}}'.repeat(5)}`, mjml: message('') };
  const { name } = await publishTemplate(templates, { draft });
  const data = { items: Array<number>(200).fill(1) };
  await expect(templates.render({ name, data })).rejects.toEqual(refusal('RESOURCE_EXHAUSTED', 'RENDER_TOO_COMPLEX'));
});
