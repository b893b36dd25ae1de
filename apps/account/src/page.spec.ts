import { uuidv7 } from '@kelp/resource';
import fc from 'fast-check';
import { type Position, pageOf } from './page.js';

/** Some resources, several of the same age, in the order of the list. */
const resources = fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 30 }).map((times) =>
  times
    .map((time) => ({ id: uuidv7(), createTime: new Date(time) }))
    .map(({ id, createTime }) => ({ name: `things/${id}`, createTime, id }))
    .sort((a, b) => a.createTime.getTime() - b.createTime.getTime() || (a.id < b.id ? -1 : 1)),
);

const isBehind = ({ createTime, id }: Position, after: Position) =>
  createTime > after.createTime || (createTime.getTime() === after.createTime.getTime() && id > after.id);

const refused = expect.objectContaining({ reason: 'INVALID_PAGE_TOKEN' });

it('gives everything once, in order, page by page', async () => {
  await fc.assert(
    fc.asyncProperty(resources, fc.integer({ min: 1, max: 7 }), async (all, pageSize) => {
      const read = async (after: Position | undefined, limit: number) =>
        all.filter((item) => !after || isBehind(item, after)).slice(0, limit);
      const seen: typeof all = [];
      let pageToken = '';
      do {
        const { items, nextPageToken } = await pageOf({ pageSize, pageToken }, 'things', read);
        expect(items.length).toBeLessThanOrEqual(pageSize);
        seen.push(...items);
        pageToken = nextPageToken;
      } while (pageToken);
      expect(seen).toEqual(all);
    }),
  );
});

it('refuses a token of another list, and what is no token', async () => {
  const all = [1, 2].map((time) => ({ name: `things/${uuidv7()}`, createTime: new Date(time) }));
  const { nextPageToken } = await pageOf({ pageSize: 1, pageToken: '' }, 'things', async () => [...all]);
  await expect(pageOf({ pageSize: 1, pageToken: nextPageToken }, 'others', async () => [])).rejects.toEqual(refused);
  await fc.assert(
    fc.asyncProperty(fc.string({ minLength: 1 }), async (pageToken) => {
      await expect(pageOf({ pageSize: 1, pageToken }, 'things', async () => [])).rejects.toEqual(refused);
    }),
  );
});

it('refuses a token whose position is none', async () => {
  for (const position of ['', ' ', 'yesterday x', `yesterday ${uuidv7()}`, `${new Date().toISOString()} x`]) {
    const pageToken = Buffer.from(JSON.stringify(['things', position])).toString('base64url');
    await expect(pageOf({ pageSize: 1, pageToken }, 'things', async () => [])).rejects.toEqual(refused);
  }
});
