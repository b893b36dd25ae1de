import { DeadLetterKind } from '@kelp/contract-ingest';
import { encodePageToken, uuidv7 } from '@kelp/resource';
import { logger } from '@kelp/telemetry';
import { Database } from '../src/database.js';
import { DeadLetterRepository } from '../src/dead-letter/dead-letter.repository.js';
import { StorageUnavailable } from '../src/storage-unavailable.js';
import { makeGround, startIngest } from './start-ingest.js';

const connection = `organizations/${uuidv7()}/connections/${uuidv7()}`;
const letter = (payload: string, kind = DeadLetterKind.SCHEMA) => ({
  kind,
  problem: 'Wrong.',
  payload: Buffer.from(payload),
});

const silent = logger('ingest', 'silent');
let ground: Awaited<ReturnType<typeof makeGround>>;
let kelp: Awaited<ReturnType<typeof startIngest>>;
let database: Database;
let letters: DeadLetterRepository;

beforeAll(async () => {
  ground = await makeGround();
  kelp = await startIngest({ ...ground, roles: ['forwarder'] });
  database = new Database(ground.database.url, 2, silent);
  letters = new DeadLetterRepository(database);
});

afterEach(() => database.deadLetter.deleteMany());

afterAll(async () => {
  await database.onApplicationShutdown();
  await kelp.stop();
  await ground.clear();
});

const textsOf = (page: { deadLetters: { payload: Buffer }[] }) =>
  page.deadLetters.map(({ payload }) => payload.toString());

async function putOneByOne(...texts: string[]) {
  for (const text of texts) {
    await letters.put(connection, [letter(text)]);
    await new Promise((resolve) => setTimeout(resolve, 2)); // the order of identifiers is that of milliseconds
  }
}

it('are listed latest first, page by page, each once', async () => {
  await putOneByOne('1', '2', '3', '4', '5');
  const first = await kelp.ingest.listDeadLetters({ pageSize: 2 });
  await putOneByOne('6');
  const second = await kelp.ingest.listDeadLetters({ pageSize: 2, pageToken: first.nextPageToken });
  const third = await kelp.ingest.listDeadLetters({ pageSize: 2, pageToken: second.nextPageToken });
  expect([first, second, third].map(textsOf)).toEqual([['5', '4'], ['3', '2'], ['1']]);
  expect(third.nextPageToken).toBe('');
});

it('say what they are', async () => {
  await letters.put(connection, [letter('x', DeadLetterKind.UNKNOWN_TYPE)]);
  const { deadLetters } = await kelp.ingest.listDeadLetters({});
  expect(deadLetters).toEqual([
    {
      name: expect.stringMatching(/^deadLetters\/[0-9a-f-]{36}$/),
      kind: DeadLetterKind.UNKNOWN_TYPE,
      connection,
      message: 'Wrong.',
      payload: Buffer.from('x'),
      createTime: expect.any(Date),
    },
  ]);
});

it('can be listed of one kind', async () => {
  await letters.put(connection, [letter('a'), letter('b', DeadLetterKind.POISON)]);
  expect(textsOf(await kelp.ingest.listDeadLetters({ kind: DeadLetterKind.POISON }))).toEqual(['b']);
});

it('are kept once, however often the same one comes', async () => {
  await Promise.all(Array.from({ length: 10 }, () => letters.put(connection, [letter('same'), letter('same')])));
  await letters.put('', [letter('same')]);
  expect(textsOf(await kelp.ingest.listDeadLetters({}))).toHaveLength(2);
});

it('are cut to 64 KiB', async () => {
  await letters.put(connection, [letter('x'.repeat(100_000))]);
  const { deadLetters } = await kelp.ingest.listDeadLetters({});
  expect(deadLetters[0]!.payload).toHaveLength(65_536);
});

it('are the latest 10,000', async () => {
  for (let from = 0; from < 12_000; from += 1_000) {
    await letters.put(
      connection,
      Array.from({ length: 1_000 }, (_, index) => letter(String(from + index))),
    );
  }
  expect(await database.deadLetter.count()).toBe(10_000);
  await letters.put(connection, [letter('latest')]);
  expect(await database.deadLetter.count()).toBe(10_000);
  expect(textsOf(await kelp.ingest.listDeadLetters({ pageSize: 1 }))).toEqual(['latest']);
});

it.each([
  ['no token', 'x'],
  ['another list’s token', encodePageToken('deadLetters?kind=2', uuidv7())],
  ['a token of nothing', encodePageToken('deadLetters?kind=0', "' or true")],
])('refuse %s', async (_, pageToken) => {
  await expect(kelp.ingest.listDeadLetters({ pageToken })).rejects.toMatchObject({ reason: 'INVALID_PAGE_TOKEN' });
});

it('refuse a kind and a page size that do not exist', async () => {
  const listing = kelp.ingest.listDeadLetters({ kind: 99 as DeadLetterKind, pageSize: 5_000 });
  await expect(listing).rejects.toMatchObject({ reason: 'INVALID_FIELDS' });
});

it('say that they cannot be stored where the database is away', async () => {
  const nowhere = new Database('postgresql://kelp@127.0.0.1:1/nothing', 1, silent);
  await expect(new DeadLetterRepository(nowhere).put(connection, [letter('x')])).rejects.toThrow(StorageUnavailable);
  await nowhere.onApplicationShutdown();
});
