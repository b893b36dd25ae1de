import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { metricsText } from '@kelp/telemetry';
import { render } from '../src/render.js';
import { ROOT } from '../src/root.js';
import { dashboardQueries, groupsOf, metricsIn } from '../src/rule-files.js';

const objects = render('overlays/production');

/** Every metric that some service makes: `counter('kelp_…'`, and what Node and the process tell by themselves. */
async function made(): Promise<ReadonlySet<string>> {
  const sources = ['apps', 'libs'].flatMap((top) =>
    readdirSync(join(ROOT, top)).flatMap((name) => {
      const folder = join(ROOT, top, name, 'src');
      return readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.ts') && !/(^|\/)(gen|generated)\//.test(file) && !file.endsWith('.spec.ts'))
        .map((file) => readFileSync(join(folder, file), 'utf8'));
    }),
  );
  const ours = sources.flatMap((text) =>
    [...text.matchAll(/\b(?:counter|gauge|histogram)\(\s*'(kelp_\w+)'/g)].map(([, name]) => name!),
  );
  const { body } = await metricsText();
  return new Set([...ours, ...[...body.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name!)]);
}

it('asks in dashboards and alerts only for metrics that services make', async () => {
  const rules = groupsOf(objects).flatMap((group) => group.rules.map(({ expr }) => expr));
  const asked = metricsIn([...dashboardQueries(objects), ...rules]);
  expect(asked.length).toBeGreaterThan(25);
  const known = await made();
  expect(asked.filter((name) => !known.has(name))).toEqual([]);
});

it('shows every metric of ours in a dashboard or in an alert, but for a few', async () => {
  const rules = groupsOf(objects).flatMap((group) => group.rules.map(({ expr }) => expr));
  const asked = new Set(metricsIn([...dashboardQueries(objects), ...rules]));
  const unseen = [...(await made())].filter((name) => name.startsWith('kelp_') && !asked.has(name));
  expect(unseen.length).toBeLessThan(15);
});
