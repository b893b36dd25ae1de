import type { TemplateChange } from '@kelp/contract-template';
import { uuidv7 } from '@kelp/resource';
import { watch } from '@kelp/rpc';
import type { Findings } from '../bench.js';
import { quantile } from '../statistics.js';
import { RenderingService } from './rendering-service.js';

const PUBLISHINGS = 200;
const UPDATES = 2_000;
const IN_FLIGHT = 16;
const MJML =
  '<mjml><mj-body><mj-section><mj-column><mj-text>Hi {{ name }}</mj-text></mj-column></mj-section></mj-body></mjml>';

/** How long after its answer a publishing reaches a watcher, and how fast drafts are updated at random. */
export async function publishLatency(say: (text: string) => void): Promise<Findings> {
  const service = await RenderingService.start(say);
  const { templates } = service;
  const heard = new Map<string, number>();
  const watching = watch<TemplateChange>({
    open: (requests, options) => templates.watchTemplates(requests, options),
    resumeToken: '',
    apply: async ({ items }) => {
      for (const { name, publishedVersion } of items)
        heard.set(`${name}/versions/${publishedVersion}`, performance.now());
    },
  });
  try {
    await watching.synced;
    const parent = `organizations/${uuidv7()}`;
    const create = async () =>
      (await templates.createTemplate({ parent, template: { displayName: 'A', draft: { subject: '', mjml: MJML } } }))
        .name;
    const names: string[] = [];
    for (let index = 0; index < 50; index++) names.push(await create());
    say(`publishing ${PUBLISHINGS} times`);
    const latencies: number[] = [];
    for (let index = 0; index < PUBLISHINGS; index++) {
      const name = names[index % names.length]!;
      await templates.updateTemplate({
        template: { name, draft: { subject: String(index) } },
        updateMask: ['draft.subject'],
      });
      const version = await templates.publishTemplate({ name });
      const answered = performance.now();
      while (!heard.has(version.name)) await new Promise((resolve) => setImmediate(resolve));
      latencies.push(Math.max(0, heard.get(version.name)! - answered));
    }
    say(`updating ${UPDATES} times`);
    let next = 0;
    const startedAt = performance.now();
    const worker = async () => {
      while (next < UPDATES) {
        const subject = String(next++);
        const name = names[(next * 7919) % names.length]!;
        await templates.updateTemplate({ template: { name, draft: { subject } }, updateMask: ['draft.subject'] });
      }
    };
    await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
    const updatesPerSecond = (UPDATES / (performance.now() - startedAt)) * 1000;
    return {
      title: 'publishing and editing',
      heading: ['what', 'median', '99th percentile'],
      rows: [
        [
          'from the answer to a publishing until a watcher has it',
          ...[0.5, 0.99].map((share) => `${quantile(latencies, share).toFixed(1)} ms`),
        ],
        ['updates of drafts at random, each durable', `${Math.round(updatesPerSecond)}/s`, ''],
      ],
    };
  } finally {
    await watching.close();
    await service.close();
  }
}
