import type { TemplateChange } from '@kelp/contract-template';
import { type Watching, watch } from '@kelp/rpc';
import { eventually, type FreshDatabase, freshDatabase } from '@kelp/testing';
import { createTemplate, publishTemplate } from './make-template.js';
import { refusal } from './refusal.js';
import { type RunningTemplate, startTemplate } from './start-template.js';

let database: FreshDatabase;
let service: RunningTemplate;
const watches: Watching[] = [];

beforeEach(async () => {
  database = await freshDatabase('template');
  service = await startTemplate(database.url);
});

afterEach(async () => {
  for (const watching of watches.splice(0)) await watching.close();
  await service?.close();
  await database?.drop();
});

/** Watches a service, and keeps what it is told. */
function watcher({ client }: RunningTemplate, from = '') {
  const published = new Map<string, number>();
  const seen: TemplateChange[] = [];
  let resumeToken = from;
  const watching = watch<TemplateChange>({
    open: (requests, options) => client.watchTemplates(requests, options),
    resumeToken: from,
    apply: async (frame) => {
      if (frame.reset) published.clear();
      for (const change of frame.items) published.set(change.name, change.publishedVersion);
      seen.push(...frame.items);
      resumeToken = frame.resumeToken || resumeToken;
    },
  });
  watches.push(watching);
  return { watching, published, seen, token: () => resumeToken };
}

describe('watching templates', () => {
  it('begins with all that are published, and goes on with each publishing', async () => {
    const { name } = await publishTemplate(service.client);
    const draft = await createTemplate(service.client);
    const { watching, published } = watcher(service);
    await watching.synced;
    expect(published).toEqual(new Map([[name, 1]]));

    await service.client.publishTemplate({ name: draft.name });
    await eventually(() => expect(published.get(draft.name)).toBe(1));
    await service.client.updateTemplate({
      template: { name, draft: { subject: '2' } },
      updateMask: ['draft.subject'],
    });
    await service.client.publishTemplate({ name });
    await eventually(() => expect(published.get(name)).toBe(2));
  });

  it('hears of no drafts', async () => {
    const { watching, seen } = watcher(service);
    await watching.synced;
    const { name } = await createTemplate(service.client);
    await service.client.updateTemplate({ template: { name, displayName: 'B' }, updateMask: ['display_name'] });
    await service.client.deleteTemplate({ name });
    const { name: published } = await publishTemplate(service.client);
    await eventually(() => expect(seen).toEqual([{ name: published, publishedVersion: 1 }]));
  });

  it('resumes behind what it had, on another process of the service', async () => {
    await publishTemplate(service.client);
    const first = watcher(service);
    await first.watching.synced;
    await first.watching.close();
    const { name } = await publishTemplate(service.client);
    const other = await startTemplate(database.url);
    try {
      const second = watcher(other, first.token());
      await second.watching.synced;
      expect(second.seen).toEqual([{ name, publishedVersion: 1 }]);
      await second.watching.close();
    } finally {
      await other.close();
    }
  });

  it('hears of every version that many publish at once', async () => {
    const { watching, published } = watcher(service);
    await watching.synced;
    const all = await Promise.all(Array.from({ length: 20 }, () => publishTemplate(service.client)));
    await eventually(() => expect(published).toEqual(new Map(all.map(({ name }) => [name, 1]))));
  });

  it('refuses a resume token of another history, and frames out of order', async () => {
    const first = watcher(service);
    await first.watching.synced;
    const stranger = await freshDatabase('template');
    const other = await startTemplate(stranger.url);
    try {
      const hello = { resumeToken: first.token(), creditSequence: 10n, nextSequence: 1n };
      const expired = (async function* () {
        yield { frame: { $case: 'hello' as const, value: hello } };
      })();
      const outOfOrder = (async function* () {
        yield { frame: { $case: 'ack' as const, value: { upToSequence: 1n, creditSequence: 10n } } };
      })();
      await expect(drain(other.client.watchTemplates(expired))).rejects.toEqual(
        refusal('OUT_OF_RANGE', 'RESUME_TOKEN_EXPIRED'),
      );
      await expect(drain(other.client.watchTemplates(outOfOrder))).rejects.toEqual(
        refusal('INVALID_ARGUMENT', 'PROTOCOL_VIOLATION'),
      );
    } finally {
      await other.close();
      await stranger.drop();
    }
  });
});

async function drain(frames: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of frames);
}
