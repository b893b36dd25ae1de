import { Code, StatusError } from '@kelp/status';
import fc from 'fast-check';
import { salvage } from './salvage.js';

const refusal = new StatusError(Code.INVALID_ARGUMENT, 'INVALID_EVENT', 'Wrong.', 'analytics.kelp', {
  violations: [{ field: 'items[0].event_id', description: 'is short' }],
});

/** A store that takes everything but the wrong items, and nothing at all of what they came with. */
function storeRefusing(wrong: ReadonlySet<number>) {
  const stored: number[] = [];
  let calls = 0;
  const send = async (items: readonly number[]) => {
    calls++;
    if (items.some((item) => wrong.has(item))) throw refusal;
    stored.push(...items);
  };
  return { stored, send, calls: () => calls };
}

it('stores all items but the wrong ones, in order, whichever those are', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(fc.nat(), { maxLength: 60 }), fc.func(fc.boolean()), async (items, isWrong) => {
      const wrong = new Set(items.filter((item) => isWrong(item)));
      const { stored, send } = storeRefusing(wrong);
      const found = await salvage(items, send);
      expect(found.map(({ item }) => item)).toEqual(items.filter((item) => wrong.has(item)));
      expect(stored).toEqual(items.filter((item) => !wrong.has(item)));
    }),
  );
});

it('finds one wrong item among many with few calls', async () => {
  const { send, calls } = storeRefusing(new Set([777]));
  await salvage(
    Array.from({ length: 1024 }, (_, index) => index),
    send,
  );
  expect(calls()).toBe(21);
});

it('tells what was wrong', async () => {
  const { send } = storeRefusing(new Set([1]));
  expect(await salvage([1], send)).toEqual([{ item: 1, problem: 'Wrong. items[0].event_id: is short' }]);
});

it.each([
  new StatusError(Code.UNAVAILABLE, '', 'Away.', ''),
  new StatusError(Code.INVALID_ARGUMENT, 'PROTOCOL_VIOLATION', 'We are wrong.', 'analytics.kelp'),
  new Error('a bug'),
])('blames no item for "%s"', async (error) => {
  await expect(salvage([1, 2], () => Promise.reject(error))).rejects.toBe(error);
});
