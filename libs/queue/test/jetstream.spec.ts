import { hasNatsServer, natsQueueServer } from './nats-queue-server.js';
import { describeQueue } from './queue.contract.js';

if (hasNatsServer()) {
  describeQueue('the queue in NATS JetStream', natsQueueServer);
} else if (process.env.CI === 'true') {
  it('has a nats-server to run on', () => {
    throw new Error('There is no nats-server on the PATH, and CI must not skip these tests.');
  });
} else {
  it.skip('needs a nats-server on the PATH, such as that of the Debian package "nats-server"', () => {});
}
