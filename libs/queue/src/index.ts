export { GroupPublisher, type GroupPublisherOptions } from './group-publisher.js';
export { Grouping, type GroupLimits } from './grouping.js';
export type { NatsTls } from './jetstream/connection.js';
export { jetStreamNames } from './jetstream/names.js';
export { openQueue, type QueueOptions } from './open-queue.js';
export { MessageRefused, type QueueTrouble, QueueUnavailable } from './queue.errors.js';
export {
  type ConsumeOptions,
  type DeadMessage,
  type DeadPage,
  type Delivery,
  type Depth,
  MESSAGE_BYTES_MAX,
  type Message,
  type PublishOptions,
  type Queue,
} from './queue.js';
