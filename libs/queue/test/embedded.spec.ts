import { postgresQueueServer } from './postgres-queue-server.js';
import { describeQueue } from './queue.contract.js';

describeQueue('the embedded queue', postgresQueueServer);
