import { GroupCommit } from './group-commit.js';

/** Commits that end when the test says so. */
class Commits {
  readonly groups: (readonly number[])[] = [];
  private readonly ends: ((error?: Error) => void)[] = [];

  commit = (items: readonly number[]): Promise<void> => {
    this.groups.push(items);
    return new Promise((resolve, reject) => {
      this.ends.push((error) => (error ? reject(error) : resolve()));
    });
  };

  async end(error?: Error): Promise<void> {
    this.ends.shift()?.(error);
    await new Promise(setImmediate);
  }
}

const poison = new Error('poison');
const make = (options: { commitsMax?: number; itemsMax?: number } = {}) => {
  const commits = new Commits();
  const blames = (error: unknown) => error === poison;
  const group = new GroupCommit(commits.commit, { commitsMax: 1, itemsMax: 100, blames, ...options });
  return { commits, group };
};

const outcome = (promise: Promise<void>) =>
  promise.then(
    () => 'committed',
    (error: Error) => error.message,
  );

it('commits at once when nothing is under way, and then all that has arrived meanwhile', async () => {
  const { commits, group } = make();
  const all = [[1], [2, 3], [4]].map((items) => outcome(group.submit(items)));
  expect(commits.groups).toEqual([[1]]);
  await commits.end();
  expect(commits.groups).toEqual([[1], [2, 3, 4]]);
  await commits.end();
  expect(await Promise.all(all)).toEqual(['committed', 'committed', 'committed']);
});

it('runs as many commits as it may, and no more', async () => {
  const { commits, group } = make({ commitsMax: 2 });
  const all = [1, 2, 3, 4].map((item) => group.submit([item]));
  expect(commits.groups).toEqual([[1], [2]]);
  await commits.end();
  expect(commits.groups).toEqual([[1], [2], [3, 4]]);
  await commits.end();
  await commits.end();
  await Promise.all(all);
});

it('keeps groups within their size, and never splits a submission', async () => {
  const { commits, group } = make({ itemsMax: 3 });
  const all = [[0], [1, 2], [3], [4, 5, 6, 7], [8]].map((items) => group.submit(items));
  for (let index = 0; index < 4; index += 1) await commits.end();
  await Promise.all(all);
  expect(commits.groups).toEqual([[0], [1, 2, 3], [4, 5, 6, 7], [8]]);
});

it('fails everybody where the store fails', async () => {
  const { commits, group } = make();
  const first = group.submit([0]);
  const all = [[1], [2]].map((items) => outcome(group.submit(items)));
  await commits.end();
  await commits.end(new Error('away'));
  await first;
  expect(await Promise.all(all)).toEqual(['away', 'away']);
});

it('fails nobody but the submission at fault', async () => {
  const { commits, group } = make();
  const first = group.submit([0]);
  const all = [[1], [2], [3]].map((items) => outcome(group.submit(items)));
  await commits.end();
  await commits.end(poison); // of all three
  await commits.end();
  await commits.end(poison);
  await commits.end();
  await first;
  expect(commits.groups).toEqual([[0], [1, 2, 3], [1], [2], [3]]);
  expect(await Promise.all(all)).toEqual(['committed', 'poison', 'committed']);
});

it('has nothing to do for nothing', async () => {
  const { commits, group } = make();
  await group.submit([]);
  expect(commits.groups).toEqual([]);
});
