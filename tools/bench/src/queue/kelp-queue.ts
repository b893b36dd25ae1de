import { GroupPublisher, openQueue } from '@kelp/queue';
import { uuidv7 } from '@kelp/resource';
import { logger } from '@kelp/telemetry';
import type { QueueContestant } from './contestant.js';

export const PREFETCH = 64;

/** Kelp's own queue, as the services use it. */
export function kelpQueue(url: string): QueueContestant {
  const queue = openQueue(url, { log: logger('bench', 'error'), bytesMax: 4_000_000_000, publishTimeoutMs: 30_000 });
  const publisher = new GroupPublisher<Buffer>({
    queue,
    encode: (items) => Buffer.concat(items),
    bytesOf: ({ length }) => length,
  });
  const consume = async (messages: number) => {
    const settling: Promise<void>[] = [];
    for await (const delivery of queue.consume({ prefetch: PREFETCH })) {
      settling.push(delivery.ack());
      if (settling.length === messages) break;
    }
    await Promise.all(settling);
  };
  return {
    publishMessage: (body) => queue.publish({ key: uuidv7(), body }),
    publishRecord: (record) => publisher.publish([record]),
    consume,
    reset: async () => {
      const { waiting } = await queue.depth();
      if (waiting > 0) await consume(waiting);
    },
    close: async () => {
      await publisher.close();
      await queue.close();
    },
  };
}
