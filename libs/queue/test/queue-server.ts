import type { Queue, QueueOptions } from '../src/index.js';

/** A real server that a queue lives on, in the hands of a test. */
export interface QueueServer {
  /** What QUEUE_URL would say. */
  readonly url: string;
  /** A queue that is quick to try again, so that tests are. */
  open(options?: QueueOptions): Queue;
  /** Empties the queue. */
  clear(): Promise<void>;
  /** Ends the server with SIGKILL. */
  kill(): Promise<void>;
  /** Starts it again on what is on its disk. */
  start(): Promise<void>;
  /** Ends it, and removes its data. */
  stop(): Promise<void>;
}

/** A child process of ours, gone at once. */
export function killed(child: { readonly pid?: number; readonly exited: Promise<unknown> }): Promise<unknown> {
  if (child.pid) process.kill(child.pid, 'SIGKILL');
  return child.exited;
}
