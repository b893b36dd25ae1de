import { type FreshDatabase, freshDatabase } from '@kelp/testing';
import fc from 'fast-check';
import pg from 'pg';
import { CopyEncoder } from '../src/event/copy-encoder.js';
import { copyIn } from '../src/event/copy-in.js';

let database: FreshDatabase;
let pool: pg.Pool;

beforeAll(async () => {
  database = await freshDatabase();
  pool = new pg.Pool({ connectionString: database.url, max: 1 });
  await pool.query(`create table sample (
    row integer, small smallint, id uuid, big bigint, time timestamptz, text text, texts text[], smalls smallint[],
    ints integer[], bigs bigint[], json jsonb)`);
});

afterAll(async () => {
  await pool.end();
  await database.drop();
});

const COPY = 'copy sample from stdin (format binary)';
const copy = async (...copies: { sql: string; data: Buffer }[]) => {
  const client = await pool.connect();
  try {
    await copyIn(client, copies);
  } finally {
    client.release();
  }
};

const bytes = (length: number) =>
  fc.uint8Array({ minLength: length, maxLength: length }).map((array) => Buffer.from(array));
const int2 = fc.integer({ min: -32_768, max: 32_767 });
const int4 = fc.integer();
const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary' }), fc.constant('x'.repeat(70_000)));

const sample = fc.record({
  small: int2,
  id: bytes(16),
  big: bytes(8),
  us: fc.integer({ min: 0, max: Date.UTC(2255, 0) * 1000 }),
  text,
  texts: fc.array(text, { maxLength: 3 }),
  smalls: fc.array(int2),
  ints: fc.array(int4),
  bigs: fc.array(bytes(8)),
  json: fc.dictionary(text, text, { maxKeys: 4, noNullPrototype: true }),
});
type Sample = typeof sample extends fc.Arbitrary<infer T> ? T : never;

function encode(samples: readonly Sample[]): Buffer {
  const rows = new CopyEncoder(1); // too little, so that it has to grow
  for (const [row, { small, id, big, us, text, texts, smalls, ints, bigs, json }] of samples.entries()) {
    rows.row(11);
    rows.int4(row);
    rows.int2(small);
    rows.bytes(id);
    rows.bytes(big);
    rows.timestamp(us);
    rows.textOrNull(text);
    rows.textArray(texts);
    rows.int2Array(smalls);
    rows.int4Array(ints);
    rows.int8Array(bigs);
    rows.jsonb(json);
  }
  return rows.finish();
}

/** What PostgreSQL can hold of a text. */
const stored = (value: string) => Buffer.from(value.replaceAll('\0', '\ufffd')).toString();

const expected = ({ small, id, big, us, text, texts, smalls, ints, bigs, json }: Sample) => ({
  small,
  id: id.toString('hex'),
  big: String(big.readBigInt64BE()),
  us: String(us),
  text: text === '' ? null : stored(text),
  texts: texts.map(stored),
  smalls,
  ints,
  bigs: bigs.map((value) => String(value.readBigInt64BE())),
  json: Object.fromEntries(Object.entries(json).map((entry) => entry.map(stored))),
});

it('writes what PostgreSQL reads as the same values', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(sample, { maxLength: 5 }), async (samples) => {
      await pool.query('truncate sample');
      await copy({ sql: COPY, data: encode(samples) });
      const { rows } = await pool.query(`select small, replace(id::text, '-', '') as id, big::text,
        (extract(epoch from time) * 1000000)::bigint::text as us, text, texts, smalls, ints, bigs::text[], json
        from sample order by row`);
      expect(rows).toEqual(samples.map(expected));
    }),
    { numRuns: 60, endOnFailure: true },
  );
});

const [one] = fc.sample(sample, 1);

it('commits all copies or none, and leaves the connection ready', async () => {
  await pool.query('truncate sample; create table if not exists number (n integer primary key)');
  const numbers = (...values: number[]) => {
    const rows = new CopyEncoder();
    for (const value of values) {
      rows.row(1);
      rows.int4(value);
    }
    return { sql: 'copy number from stdin (format binary)', data: rows.finish() };
  };
  const samples = { sql: COPY, data: encode([one!]) };
  await copy(samples, numbers(1));
  // The first copy fails while data of both is on its way; then the second one does.
  await expect(copy(numbers(1), samples)).rejects.toMatchObject({ code: '23505' });
  await expect(copy(samples, numbers(2, 1))).rejects.toMatchObject({ code: '23505' });
  await expect(copy(samples, { sql: 'copy nothing from stdin', data: Buffer.alloc(0) })).rejects.toMatchObject({
    code: '42P01',
  });
  await copy(numbers(3));
  const { rows } = await pool.query(
    'select (select count(*) from sample)::integer as samples, array_agg(n) as numbers from number',
  );
  expect(rows).toEqual([{ samples: 1, numbers: [1, 3] }]);
});
