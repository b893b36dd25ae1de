import fc from 'fast-check';
import { Registry, Counter as TheirCounter, Histogram as TheirHistogram } from 'prom-client';
import { Counter } from './counter.js';
import { Histogram } from './histogram.js';

const NAMES = ['method', 'code'] as const;
const label = fc.constantFrom('a', 'b', 'with "quotes"\nand \\');
const labels = fc.record({ method: label, code: label });

/** The lines of a metric as Prometheus reads them, in whatever order. */
async function textOf(metric: unknown): Promise<string[]> {
  const registry = new Registry();
  registry.registerMetric(metric as TheirCounter);
  return (await registry.metrics()).split('\n').sort();
}

describe('metrics', () => {
  it('show counters as prom-client does', () =>
    fc.assert(
      fc.asyncProperty(fc.array(fc.record({ labels, by: fc.nat(9) })), async (counts) => {
        const ours = new Counter('c', 'Counts.', NAMES);
        const theirs = new TheirCounter({ name: 'c', help: 'Counts.', labelNames: NAMES, registers: [] });
        for (const { labels, by } of counts) {
          ours.inc(labels, by);
          theirs.inc(labels, by);
        }
        expect(await textOf(ours)).toEqual(await textOf(theirs));
      }),
    ));

  it('show histograms as prom-client does', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ labels, value: fc.constantFrom(0, 0.5, 1, 1.5, 2, 7) })),
        async (values) => {
          const buckets = [0.5, 1, 2];
          const ours = new Histogram('h', 'Values.', NAMES, buckets);
          const theirs = new TheirHistogram({ name: 'h', help: 'Values.', labelNames: NAMES, buckets, registers: [] });
          for (const { labels, value } of values) {
            ours.observe(labels, value);
            theirs.observe(labels, value);
          }
          expect(await textOf(ours)).toEqual(await textOf(theirs));
        },
      ),
    ));

  it('without labels are there before anything was counted', async () => {
    const counter = new Counter('c', 'Counts.', []);
    expect(await textOf(counter)).toEqual(
      await textOf(new TheirCounter({ name: 'c', help: 'Counts.', registers: [] })),
    );
    counter.inc();
    counter.inc(2);
    expect(await textOf(counter)).toContain('c 3');
    const histogram = new Histogram('h', 'Values.', [], [1]);
    const theirs = new TheirHistogram({ name: 'h', help: 'Values.', buckets: [1], registers: [] });
    expect(await textOf(histogram)).toEqual(await textOf(theirs));
    histogram.startTimer()();
    expect(await textOf(histogram)).toContain('h_count 1');
  });
});
