import { GroupPublisher, type GroupPublisherOptions } from './group-publisher.js';
import { queueAway, queueFull } from './queue.errors.js';
import type { Message } from './queue.js';

/** Publishes into memory; what `next` throws, one after the other, befalls the publishes first. */
function publisherWith(failures: Error[], options: Partial<GroupPublisherOptions<string>> = {}) {
  const tries: Message[] = [];
  const queue = {
    publish: async (message: Message) => {
      tries.push(message);
      const failure = failures.shift();
      if (failure) throw failure;
    },
  };
  const encode = (items: readonly string[]) => Buffer.from(items.join());
  const publisher = new GroupPublisher<string>({ queue, encode, bytesOf: (item) => item.length, ...options });
  return { publisher, tries };
}

const bodies = (messages: readonly Message[]) => messages.map(({ body }) => Buffer.from(body).toString());

describe('the group publisher', () => {
  it('keeps the items of a call together, and splits what is too much for a message', async () => {
    const { publisher, tries } = publisherWith([], { messageItemsMax: 3, messageBytesMax: 6, publishesMax: 1 });
    await Promise.all([publisher.publish(['a', 'b']), publisher.publish(['c', 'd']), publisher.publish([])]);
    await publisher.publish(['1', '2', '3', '4', '55555', '66666', '7777777777']);
    expect(bodies(tries)).toEqual(['a,b', 'c,d', '1,2,3', '4,55555', '66666', '7777777777']);
  });

  it('tries again under the same key while the queue is away', async () => {
    const { publisher, tries } = publisherWith([queueAway('a'), queueAway('b')]);
    await publisher.publish(['item']);
    expect(tries).toHaveLength(3);
    expect(new Set(tries.map(({ key }) => key)).size).toBe(1);
    await publisher.publish(['other']);
    expect(tries.at(-1)!.key).not.toBe(tries[0]!.key);
  });

  it('refuses at once where the queue is full, and where an error is no passing one', async () => {
    for (const failure of [queueFull('The queue'), new TypeError('A bug.')]) {
      const { publisher, tries } = publisherWith([failure]);
      await expect(publisher.publish(['item'])).rejects.toBe(failure);
      expect(tries).toHaveLength(1);
    }
  });

  it('refuses what could not be encoded, and goes on', async () => {
    const { publisher } = publisherWith([], {
      encode: (items) => {
        if (items.includes('bad')) throw new TypeError('It cannot be encoded.');
        return Buffer.from(items.join());
      },
    });
    await expect(publisher.publish(['bad'])).rejects.toThrow('It cannot be encoded.');
    await publisher.publish(['good']);
  });

  it('refuses more than its buffer holds, and takes more when that is published', async () => {
    const { publisher } = publisherWith([], { bufferBytesMax: 10 });
    const first = publisher.publish(['123456']);
    await expect(publisher.publish(['12345'])).rejects.toMatchObject({ trouble: 'FULL' });
    await publisher.publish(['1234']);
    await first;
    await publisher.publish(['1234567890']);
  });

  it('publishes what it has accepted before it is closed, and refuses what comes then', async () => {
    const { publisher, tries } = publisherWith([queueAway('a')]);
    const accepted = publisher.publish(['accepted']);
    const closed = publisher.close();
    await expect(publisher.publish(['late'])).rejects.toMatchObject({ trouble: 'CLOSED' });
    await closed;
    await accepted;
    expect(bodies(tries)).toEqual(['accepted', 'accepted']);
  });
});
