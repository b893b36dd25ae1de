import { Grouping, GroupPublisher } from '@kelp/queue';
import { PgBoss } from 'pg-boss';
import type { QueueContestant } from './contestant.js';
import { PREFETCH } from './kelp-queue.js';

/**
 * How pg-boss is used: `single` sends, fetches and completes one job at a time; `groups` inserts what arrives together, a
 * job each; `messages` is what an adapter behind Kelp's publisher would do, a job a message.
 */
export type PgBossUse = 'single' | 'groups' | 'messages';

const QUEUE = 'bench';
const GROUP = { countMax: 1_000, bytesMax: 1_000_000, lanes: 2, countOf: () => 1 };
const WORKERS = { single: 8, groups: 2, messages: 2 };

/** A job's data is JSON, so bodies are base64. */
const dataOf = (body: Uint8Array) => ({ body: Buffer.from(body).toString('base64') });

export async function pgBossQueue(url: string, use: PgBossUse): Promise<QueueContestant> {
  const boss = new PgBoss({ connectionString: url, supervise: false, schedule: false });
  boss.on('error', (error) => console.error(error));
  await boss.start();
  await boss.createQueue(QUEUE);

  const send = async (body: Uint8Array) => void (await boss.send(QUEUE, dataOf(body)));
  const insert = async (bodies: Uint8Array[]) => {
    const jobs = bodies.map((body) => ({ data: dataOf(body) }));
    await boss.insert(QUEUE, jobs);
  };
  const groups = new Grouping<Uint8Array>(insert, { ...GROUP, bytesOf: ({ length }) => length });
  const messages = new GroupPublisher<Buffer>({
    queue: { publish: ({ body }) => send(body) },
    encode: (items) => Buffer.concat(items),
    bytesOf: ({ length }) => length,
  });
  const publishRecord = {
    single: send,
    groups: (record: Buffer) => groups.add(record),
    messages: (record: Buffer) => messages.publish([record]),
  };
  return {
    publishMessage: use === 'groups' ? publishRecord.groups : send,
    publishRecord: publishRecord[use],
    consume: async (count) => {
      const batchSize = use === 'single' ? 1 : PREFETCH;
      let settled = 0;
      const work = async () => {
        while (settled < count) {
          const jobs = await boss.fetch<{ body: string }>(QUEUE, { batchSize });
          for (const { data } of jobs) Buffer.from(data.body, 'base64');
          const ids = jobs.map(({ id }) => id);
          if (ids.length > 0) await boss.complete(QUEUE, ids);
          settled += ids.length;
        }
      };
      await Promise.all(Array.from({ length: WORKERS[use] }, work));
    },
    reset: async () => void (await boss.deleteAllJobs(QUEUE)),
    close: async () => {
      await messages.close();
      await boss.stop();
    },
  };
}
