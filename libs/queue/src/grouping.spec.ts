import fc from 'fast-check';
import { Grouping } from './grouping.js';

const limits = { countMax: 3, bytesMax: 10, lanes: 1, countOf: () => 1, bytesOf: (thing: number) => thing };
const turn = () => new Promise((resolve) => setImmediate(resolve));

/** A flush that ends when the test says so. */
function manual() {
  const groups: { things: number[]; end(error?: Error): void }[] = [];
  const flush = (things: number[]) =>
    new Promise<void>((resolve, reject) => {
      groups.push({ things, end: (error) => (error ? reject(error) : resolve()) });
    });
  return { groups, flush };
}

describe('natural group commit', () => {
  it('makes one group of what arrives in one turn of the event loop', async () => {
    const { groups, flush } = manual();
    const grouping = new Grouping(flush, limits);
    void grouping.add(1);
    await Promise.resolve();
    void grouping.add(2);
    await turn();
    expect(groups.map(({ things }) => things)).toEqual([[1, 2]]);
  });

  it('makes the next group of what arrives while a flush runs', async () => {
    const { groups, flush } = manual();
    const grouping = new Grouping(flush, limits);
    void grouping.add(1);
    await turn();
    void grouping.add(2);
    await turn();
    void grouping.add(3);
    await turn();
    expect(groups).toHaveLength(1);
    groups[0]!.end();
    await turn();
    await turn();
    expect(groups.map(({ things }) => things)).toEqual([[1], [2, 3]]);
  });

  it('starts a further flush only for a full group', async () => {
    const { groups, flush } = manual();
    const grouping = new Grouping(flush, { ...limits, lanes: 2 });
    for (const thing of [1, 2, 3, 4]) void grouping.add(thing);
    await turn();
    expect(groups.map(({ things }) => things)).toEqual([[1, 2, 3]]);
    for (const thing of [5, 6]) void grouping.add(thing);
    await turn();
    expect(groups.map(({ things }) => things)).toEqual([
      [1, 2, 3],
      [4, 5],
    ]);
  });

  it('lets a failure befall its own group alone', async () => {
    const { groups, flush } = manual();
    const grouping = new Grouping(flush, limits);
    const first = Promise.allSettled([grouping.add(1), grouping.add(2)]);
    await turn();
    const second = grouping.add(3);
    groups[0]!.end(new Error('Lost.'));
    expect((await first).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await turn();
    groups[1]!.end();
    await expect(second).resolves.toBeUndefined();
  });

  it('takes out what nobody waits for any more, where no flush has it yet', async () => {
    const { groups, flush } = manual();
    const grouping = new Grouping(flush, limits);
    const leaving = new AbortController();
    const flushed = grouping.add(1, leaving.signal);
    await turn();
    const waiting = grouping.add(2, leaving.signal);
    void grouping.add(3);
    leaving.abort(new Error('Left.'));
    await expect(waiting).rejects.toThrow('Left.');
    groups[0]!.end();
    await expect(flushed).resolves.toBeUndefined();
    await turn();
    expect(groups.map(({ things }) => things)).toEqual([[1], [3]]);
  });

  it('is idle once everything is flushed', async () => {
    const { groups, flush } = manual();
    const grouping = new Grouping(flush, limits);
    await grouping.idle();
    void grouping.add(1);
    let isIdle = false;
    const idle = grouping.idle().then(() => {
      isIdle = true;
    });
    await turn();
    expect(isIdle).toBe(false);
    groups[0]!.end();
    await idle;
  });

  it('flushes everything once, in order, in groups within their bounds, on no more lanes than allowed', async () => {
    const arrivals = fc.array(fc.record({ bytes: fc.integer({ min: 0, max: 12 }), pause: fc.boolean() }), {
      maxLength: 60,
    });
    const shape = fc.record({
      countMax: fc.integer({ min: 1, max: 5 }),
      bytesMax: fc.integer({ min: 1, max: 20 }),
      lanes: fc.integer({ min: 1, max: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(
        arrivals,
        shape,
        fc.infiniteStream(fc.integer({ min: 1, max: 3 })),
        async (all, bounds, turns) => {
          const groups: { id: number; bytes: number }[][] = [];
          let flushing = 0;
          const flush = async (things: { id: number; bytes: number }[]) => {
            groups.push(things);
            flushing++;
            expect(flushing).toBeLessThanOrEqual(bounds.lanes);
            for (let left = turns.next().value; left > 0; left--) await turn();
            flushing--;
          };
          const grouping = new Grouping(flush, { ...bounds, countOf: () => 1, bytesOf: ({ bytes }) => bytes });
          const added: Promise<void>[] = [];
          for (const [id, { bytes, pause }] of all.entries()) {
            added.push(grouping.add({ id, bytes }));
            if (pause) await turn();
          }
          await Promise.all(added);
          await grouping.idle();
          expect(groups.flat().map(({ id }) => id)).toEqual(all.map((_, id) => id));
          for (const group of groups) {
            expect(group.length).toBeLessThanOrEqual(bounds.countMax);
            const bytes = group.reduce((sum, thing) => sum + thing.bytes, 0);
            if (group.length > 1) expect(bytes).toBeLessThanOrEqual(bounds.bytesMax);
          }
        },
      ),
    );
  });
});
