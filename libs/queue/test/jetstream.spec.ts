import { natsQueueServer } from './nats-queue-server.js';
import { withNatsServer } from './nats-server.js';
import { describeQueue } from './queue.contract.js';

withNatsServer(() => describeQueue('the queue in NATS JetStream', natsQueueServer));
