import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '@kelp/testing';
import { GroupPublisher, jetStreamNames, openQueue } from '../src/index.js';
import { NatsCluster } from './nats-cluster.js';
import { withNatsServer } from './nats-server.js';
import { silent } from './silent.js';

withNatsServer(() => {
  describe('the queue in a NATS cluster', () => {
    let cluster: NatsCluster;
    beforeAll(async () => {
      cluster = await NatsCluster.launch();
    }, 60_000);
    afterAll(() => cluster.stop());

    it('loses nothing, and goes on by itself, while its leader is killed again and again', async () => {
      const queue = openQueue(cluster.url, { replicas: 3, leaseMs: 5_000, bytesMax: 100_000_000, log: silent });
      await eventually(() => queue.publish({ key: 'first', body: Buffer.from('[]') }), { timeoutMs: 40_000 });
      const { config } = await cluster.ask((manager) => manager.streams.info(jetStreamNames.stream));
      expect(config.num_replicas).toBe(3);

      const handled = new Set<string>();
      const consuming = (async () => {
        for await (const delivery of queue.consume({ prefetch: 8 })) {
          for (const item of JSON.parse(Buffer.from(delivery.body).toString())) handled.add(item);
          delivery.ack().catch(() => undefined); // it comes again
        }
      })();
      const publisher = new GroupPublisher<string>({
        queue,
        encode: (items) => Buffer.from(JSON.stringify(items)),
        bytesOf: (item) => item.length + 3,
        rideOutMs: 30_000,
      });
      const accepted: string[] = [];
      let isOver = false;
      const produce = async (producer: number) => {
        for (let index = 0; !isOver; index++) {
          const item = `${producer}-${index}`;
          await publisher.publish([item]);
          accepted.push(item);
          await sleep(5);
        }
      };
      const producing = Promise.all([1, 2, 3, 4].map(produce));
      for (const _ of [1, 2]) {
        await sleep(1_000);
        const leader = await eventually(() => cluster.leader(), { timeoutMs: 20_000 });
        const before = accepted.length;
        await cluster.kill(leader);
        await eventually(() => expect(accepted.length).toBeGreaterThan(before + 20), { timeoutMs: 30_000 });
        await cluster.start(leader);
      }
      isOver = true;
      await producing;
      await eventually(() => expect(accepted.filter((item) => !handled.has(item))).toEqual([]), { timeoutMs: 30_000 });
      expect(accepted.length).toBeGreaterThan(100);
      await queue.close();
      await consuming;
    }, 180_000);
  });
});
