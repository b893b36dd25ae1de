import { openQueue } from '../src/index.js';
import { silent } from './silent.js';

/**
 * A consumer in a process of its own: it writes the key of each message on a line, works for a while, and settles it.
 * Arguments: the queue's URL, its options as JSON, and how long to work, in milliseconds.
 */
async function consume([url = '', options = '{}', workMs = '0']: string[]): Promise<void> {
  const queue = openQueue(url, { ...JSON.parse(options), log: silent });
  for await (const delivery of queue.consume({ prefetch: 4 })) {
    process.stdout.write(`${delivery.key}\n`);
    await new Promise((resolve) => setTimeout(resolve, Number(workMs)));
    await delivery.ack();
  }
}

void consume(process.argv.slice(2));
