import { clientsOf, seed } from '@kelp/demo';
import { Code } from '@kelp/status';
import { eventually, tlsOf } from '@kelp/testing';
import { signingKey } from '@kelp/webhook-samples';
import type { Pod } from '../src/pod.js';
import { dashboardQueries, groupsOf, metricsIn } from '../src/rule-files.js';
import { callersOf } from '../src/tools.js';
import { Traffic } from '../src/traffic.js';
import { reasonOf, rpcsOf } from './every-call.js';
import { metricOf, scrape } from './metrics.js';
import { type Production, production, STRANGER, services } from './production.js';

let kelp: Production;
let traffic: Traffic;

beforeAll(async () => {
  kelp = await production();
}, 60_000);
afterAll(() => kelp.close(), 60_000);

const pod = (deployment: string): Pod => kelp.cluster.podsOf(deployment).at(-1)!;

it('starts every pod of production as its manifest says, all at once, each on an empty database', async () => {
  await Promise.all(kelp.cluster.deployments.map((deployment) => kelp.cluster.add(deployment)));
  for (const each of kelp.cluster.pods) expect(await each.ask('livenessProbe')).toBe(200);
}, 120_000);

it('finds every metric of the dashboards and alerts in what the pods tell', async () => {
  const scraped = await Promise.all(kelp.cluster.pods.map(scrape));
  const rules = groupsOf(kelp.objects).flatMap((group) => group.rules.map(({ expr }) => expr));
  const asked = metricsIn([...dashboardQueries(kelp.objects), ...rules]);
  const told = new Set(scraped.flatMap((text) => [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name!)));
  expect(asked.filter((name) => !told.has(name))).toEqual([]);
});

it('refuses each call that the call map does not name, whoever of ours makes it, and takes each that it names', async () => {
  const wrong: string[] = [];
  const tried = services.flatMap((callee) => [...services, STRANGER].map((caller) => [caller, callee] as const));
  for (const [caller, callee] of tried) {
    const channel = kelp.channel(callee, kelp.tlsOf(caller));
    for (const [rpc, path] of rpcsOf(callee)) {
      const isAllowed = callersOf(callee).includes(`${caller}/${rpc}`);
      const reason = await reasonOf(channel, path);
      if (isAllowed === (reason === 'CALLER_NOT_ALLOWED')) wrong.push(`${caller} ${path}: ${reason}`);
    }
  }
  expect(wrong).toEqual([]);
}, 60_000);

it('does not let anybody in whose certificate another authority has made', async () => {
  const { certificate, key } = await tlsOf('developer'); // of the authority of other tests
  for (const service of services) {
    const channel = kelp.channel(service, { ...kelp.tlsOf('developer'), certificate, key });
    for (const [, path] of rpcsOf(service).slice(0, 1)) expect(await reasonOf(channel, path)).toBe(Code.UNAVAILABLE);
  }
});

describe('under load', () => {
  beforeAll(async () => {
    const developer = kelp.tlsOf('developer');
    const clients = clientsOf({ channel: (service) => kelp.channel(service, developer) });
    const key = signingKey();
    const demo = await eventually(() => seed(clients, key), { timeoutMs: 20_000 });
    traffic = new Traffic({ clients, demo, key, webhooksUrl: kelp.webhooksUrl });
    await eventually(() => expect(traffic.acknowledged).toBeGreaterThan(0), { timeoutMs: 20_000 });
    traffic.refused.length = 0; // until the edge has heard of the demo
  }, 60_000);

  it('replaces every pod of every Deployment at once, as the strategy says, and refuses no webhook', async () => {
    const before = traffic.acknowledged;
    const old = kelp.cluster.pods;
    const codes = await Promise.all(kelp.cluster.deployments.map((deployment) => kelp.cluster.roll(deployment)));
    expect(codes.flat()).toEqual(old.map(() => 0)); // by itself, within its grace period
    expect(kelp.cluster.pods).toHaveLength(old.length);
    expect(kelp.cluster.pods.filter((each) => old.includes(each))).toEqual([]);
    expect(traffic.acknowledged).toBeGreaterThan(before);
    expect(traffic.refused).toEqual([]);
  }, 120_000);

  it('gives pods that are added their part of the work', async () => {
    await kelp.cluster.add('analytics');
    const [edge] = await Promise.all([kelp.cluster.add('ingest-edge'), kelp.cluster.add('ingest-forwarder')]);
    const taken = () => metricOf(edge, 'kelp_ingest_requests_total', 'outcome="accepted"');
    const forwarded = () => metricOf(pod('ingest-forwarder'), 'kelp_ingest_events_forwarded_total');
    await eventually(async () => expect(await taken()).toBeGreaterThan(0), { timeoutMs: 20_000 });
    await eventually(async () => expect(await forwarded()).toBeGreaterThan(0), { timeoutMs: 20_000 });
    expect(traffic.refused).toEqual([]);
  }, 120_000);

  it('takes pods away: they serve on until everybody has heard of it, and others take over what they did', async () => {
    const old = ['analytics', 'ingest-edge', 'ingest-forwarder'].map((name) => kelp.cluster.podsOf(name)[0]!);
    const edge = old[1]!;
    const removed = Promise.all(old.map((each) => kelp.cluster.remove(each)));
    await eventually(async () => expect(await status(edge, 'operations', '/readyz')).toBe(503));
    // Who has not noticed yet is answered as before.
    expect(await status(edge, 'http', '/v1/webhooks/none')).toBe(404);
    expect(await removed).toEqual([0, 0, 0]);
    const stored = () => metricOf(pod('analytics'), 'kelp_analytics_events_stored_total');
    const before = await stored();
    await eventually(async () => expect(await stored()).toBeGreaterThan(before), { timeoutMs: 20_000 });
    expect(traffic.refused).toEqual([]);
  }, 120_000);

  it('has lost nothing, and counted nothing twice', async () => {
    expect(await traffic.end()).toEqual([]);
    expect(traffic.acknowledged).toBeGreaterThan(1_000);
  }, 90_000);
});

const status = (of: Pod, port: string, path: string) => fetch(of.url(port, path)).then((answer) => answer.status);
