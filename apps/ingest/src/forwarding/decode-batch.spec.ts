import { EventBatch } from '@kelp/contract-event';
import fc from 'fast-check';
import { decodeBatch } from './decode-batch.js';

const bytesOf = (events: object[]) => EventBatch.encode(EventBatch.fromPartial({ events })).finish();
const body = bytesOf([{ campaign: 'one' }, { campaign: 'two' }]);

it('gives the events of a batch', () => {
  expect(decodeBatch(body)?.events.map(({ campaign }) => campaign)).toEqual(['one', 'two']);
});

it('takes batches that stand one behind the other as one', () => {
  expect(decodeBatch(Buffer.concat([body, bytesOf([{ campaign: 'three' }])]))?.events).toHaveLength(3);
});

it.each([
  ['nothing', ''],
  ['text', 'this is no protobuf'],
  ['an end of a group', 't'],
  ['a batch that ends before its bytes do', Buffer.concat([body, Buffer.from('t'), body])],
  ['half a batch', body.subarray(0, -1)],
])('is not fooled by %s', (_, bytes) => expect(decodeBatch(Buffer.from(bytes))).toBeUndefined());

it('never throws, whatever the bytes', () => {
  fc.assert(fc.property(fc.uint8Array(), (bytes) => void decodeBatch(bytes)));
});
