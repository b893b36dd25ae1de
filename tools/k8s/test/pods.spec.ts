import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ensureCertificates, eventually, type FreshDatabase, freshDatabase, tlsFilesIn } from '@kelp/testing';
import { Pod } from '../src/pod.js';
import { ofKind, render } from '../src/render.js';
import { dashboardQueries, groupsOf, metricsIn } from '../src/rule-files.js';
import { calls, freePort } from '../src/tools.js';

const objects = render('overlays/production');
const deployments = ofKind(objects, 'Deployment');
const folder = mkdtempSync(join(tmpdir(), 'kelp-pods-'));
const databases = new Map<string, FreshDatabase>();
let pods: Pod[] = [];

beforeAll(async () => {
  const certificates = join(folder, 'certificates');
  await ensureCertificates(certificates, Object.keys(calls));
  const ports = new Map<string, number>();
  for (const service of Object.keys(calls)) databases.set(`${service}-database-app`, await freshDatabase());
  for (const { metadata, spec } of deployments) {
    const [{ ports: own, volumeMounts }] = spec.template.spec.containers;
    for (const { name } of own) ports.set(`${metadata.name} ${name}`, await freePort());
    for (const { name } of volumeMounts) mkdirSync(join(folder, metadata.name, name), { recursive: true });
    const service: string = spec.template.metadata.labels['app.kubernetes.io/name'];
    const { ca, certificate, key } = tlsFilesIn(certificates, service);
    const files = { 'ca.crt': ca, 'tls.crt': certificate, 'tls.key': key };
    for (const [name, from] of Object.entries(files)) copyFileSync(from, join(folder, metadata.name, 'tls', name));
  }
  const surroundings = {
    portOf: (deployment: string, port: string) => ports.get(`${deployment} ${port}`)!,
    secret: (name: string) =>
      databases.get(name)?.url ?? { 'account-secret-keys': `first:${'cd'.repeat(32)}` }[name] ?? 'ab'.repeat(32),
    folderOf: (deployment: string, volume: string) => join(folder, deployment, volume),
    instead: { QUEUE_URL: '', OTEL_EXPORTER_OTLP_ENDPOINT: '' },
  };
  pods = deployments.map((deployment) => new Pod(deployment, objects, surroundings));
}, 60_000);

afterAll(async () => {
  await Promise.all(pods.map((pod) => pod.stop()));
  for (const database of databases.values()) await database.drop();
  rmSync(folder, { recursive: true, force: true });
}, 120_000);

it('starts every pod of production as its manifest says, all at once, each on an empty database', async () => {
  await Promise.all(pods.map((pod) => pod.start()));
  // An edge is ready only once account and template let it watch: by the call map, over mutual TLS.
  await Promise.all(pods.map((pod) => pod.passes('readinessProbe', 15)));
  for (const pod of pods) expect(await pod.ask('livenessProbe')).toBe(200);
}, 120_000);

it('finds every metric of the dashboards and alerts in what the pods tell', async () => {
  const scraped = await Promise.all(pods.map(async (pod) => (await fetch(pod.url('operations', '/metrics'))).text()));
  const rules = groupsOf(objects).flatMap((group) => group.rules.map(({ expr }) => expr));
  const asked = metricsIn([...dashboardQueries(objects), ...rules]);
  const told = new Set(scraped.flatMap((text) => [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name!)));
  expect(asked.filter((name) => !told.has(name))).toEqual([]);
});

it('lets a pod go on serving after its readiness probe fails, and end by itself within its grace period', async () => {
  const edge = pods.find(({ name }) => name === 'ingest-edge')!;
  const ready = () => fetch(edge.url('operations', '/readyz')).then(({ status }) => status);
  const stopping = edge.stop();
  await eventually(async () => expect(await ready()).toBe(503));
  // Who has not noticed yet is answered as before.
  for (let request = 0; request < 10; request++) {
    expect((await fetch(edge.url('http', '/v1/webhooks/none'), { method: 'POST' })).status).toBe(404);
    await sleep(200);
  }
  const codes = await Promise.all([stopping, ...pods.filter((pod) => pod !== edge).map((pod) => pod.stop())]);
  expect(codes).toEqual(pods.map(() => 0));
}, 120_000);
