import type { MetricsRow } from '@kelp/contract-analytics';
import fc from 'fast-check';
import { LiveAnswer } from './live-answer.js';

const rowOf = (template: string, count: number): MetricsRow => ({
  bucketStartTime: undefined,
  template,
  version: 0,
  counts: [{ type: 3, count: BigInt(count) }],
  group: [],
  metrics: [],
  rates: [],
});

it('brings whoever resumes anywhere to the same answer as a snapshot', async () => {
  const states = fc.array(fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.integer({ min: 1, max: 3 })), {
    minLength: 1,
  });
  await fc.assert(
    fc.asyncProperty(states, fc.array(fc.boolean()), async (answers, listens) => {
      let state: Record<string, number> = {};
      const answer = new LiveAnswer('x', async () => Object.entries(state).map(([name, count]) => rowOf(name, count)));
      const heard = new Map<string, number>();
      let revision = 0;
      const listen = () => {
        const { items, revision: reached } = answer.since(revision);
        for (const { template, counts } of items) {
          if (counts.length === 0) heard.delete(template);
          else heard.set(template, Number(counts[0]!.count));
        }
        revision = reached;
      };
      for (const [index, next] of answers.entries()) {
        state = next;
        await answer.refresh();
        if (listens[index]) listen();
      }
      listen();
      expect(Object.fromEntries(heard)).toEqual({ ...state });
      const snapshot = answer.since(0).items.map(({ template, counts }) => [template, Number(counts[0]!.count)]);
      expect(Object.fromEntries(snapshot)).toEqual({ ...state });
    }),
  );
});

it('knows its own tokens, and wakes whoever waits once there is something new', async () => {
  let count = 1;
  const answer = new LiveAnswer('mine', async () => [rowOf('a', count)]);
  await answer.ready();
  const { token, revision } = answer.since(0);
  expect(answer.revisionIn(token)).toBe(revision);
  for (const other of ['', 'mine', 'mine.0', 'mine.99', 'mine.x', 'other.1']) {
    expect(answer.revisionIn(other)).toBeUndefined();
  }
  const never = new AbortController();
  let woken = false;
  const waiting = answer.changedBeyond(revision, never.signal).then(() => {
    woken = true;
  });
  await answer.refresh();
  expect(woken).toBe(false);
  count = 2;
  await answer.refresh();
  await waiting;
  expect(answer.since(revision).items).toEqual([rowOf('a', 2)]);
});
