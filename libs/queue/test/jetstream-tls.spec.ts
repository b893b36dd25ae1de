import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually, tlsOf } from '@kelp/testing';
import { openQueue } from '../src/index.js';
import { message, takeOne } from './harness.js';
import { launchNats, type NatsServer, withNatsServer } from './nats-server.js';
import { killed } from './queue-server.js';
import { silent } from './silent.js';
import { freePort } from './tools.js';

withNatsServer(() => {
  describe('the queue in a NATS server with mutual TLS', () => {
    let storeDir: string;
    let server: NatsServer;
    let url: string;
    beforeAll(async () => {
      storeDir = await mkdtemp(join(tmpdir(), 'kelp-queue-tls-'));
      const port = await freePort();
      url = `tls://127.0.0.1:${port}`;
      const { ca, certificate, key } = await tlsOf('nats');
      const tls = ['--tls', '--tlsverify', '--tlscacert', ca, '--tlscert', certificate, '--tlskey', key];
      server = await launchNats(port, ['-sd', storeDir, ...tls]);
    });
    afterAll(async () => {
      await killed(server);
      await rm(storeDir, { recursive: true, force: true });
    });

    it('is reached with a certificate', async () => {
      const queue = openQueue(url, { tls: await tlsOf('ingest'), bytesMax: 10_000_000, log: silent });
      await eventually(() => queue.publish(message('sealed')), { timeoutMs: 10_000 });
      const delivery = await takeOne(queue.consume({ prefetch: 1 }));
      expect(delivery.key).toBe('sealed');
      await delivery.ack();
      await queue.close();
    });

    it('is not reached without one', async () => {
      const { ca } = await tlsOf('ingest');
      const queue = openQueue(url, { tls: { ca }, publishTimeoutMs: 500, log: silent });
      await expect(queue.publish(message('stranger'))).rejects.toMatchObject({ trouble: 'AWAY' });
      await queue.close();
    });
  });
});
