/** What Kelp's queue is called in a NATS account. The autoscaler reads the consumer's backlog by these names. */
export const jetStreamNames = {
  /** The stream of the messages that are not settled. */
  stream: 'KELP_QUEUE',
  subject: 'kelp.queue.messages',
  /** The durable pull consumer that all consuming processes share. */
  consumer: 'kelp-queue-consumers',
  /** The stream of the messages that were put aside. */
  deadStream: 'KELP_QUEUE_DEAD',
  deadSubject: 'kelp.queue.dead',
} as const;
