import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate } from '@kelp/database';
import { eventually } from '@kelp/testing';
import { publishTemplate } from './make-template.js';
import { refusal } from './refusal.js';
import { startTemplate } from './start-template.js';

interface Server {
  url(database: string): string;
  stop(): Promise<void>;
}

const TOOLS = '../../../tools/postgres';
const { startPostgres } = (await import(`${TOOLS}/server.mjs`)) as {
  startPostgres(options: { dataDir: string; port: number; settings: object }): Promise<Server>;
};
const { freePort } = (await import(`${TOOLS}/free-port.mjs`)) as { freePort(): Promise<number> };

/** A PostgreSQL of the test's own, which it may stop. */
const dataDir = mkdtempSync(join(tmpdir(), 'kelp-template-'));
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

it('says that it is unavailable while its database is away, renders what it has, and goes on afterwards', async () => {
  const options = { dataDir, port: await freePort(), settings: { fsync: 'off' } };
  let server = await startPostgres(options);
  const url = server.url('template');
  await migrate(url, join(import.meta.dirname, '../prisma/migrations'));
  const { client: templates, close } = await startTemplate(url);
  try {
    const { name, version } = await publishTemplate(templates);
    const before = await templates.render({ name });
    await server.stop();

    const unavailable = refusal('UNAVAILABLE', 'STORE_UNAVAILABLE');
    await expect(templates.getTemplate({ name })).rejects.toEqual(unavailable);
    await expect(templates.publishTemplate({ name })).rejects.toEqual(unavailable);
    await expect(templates.updateTemplate({ template: { name, displayName: 'B' } })).rejects.toEqual(unavailable);
    expect(await templates.render({ name: version.name })).toEqual(before);

    server = await startPostgres(options);
    await eventually(async () => expect(await templates.render({ name })).toEqual(before));
    await templates.updateTemplate({ template: { name, displayName: 'B' }, updateMask: ['display_name'] });
    expect((await templates.getTemplate({ name })).displayName).toBe('B');
  } finally {
    await close();
    await server.stop();
  }
});
