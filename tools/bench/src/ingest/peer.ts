import type { Task } from './work.js';

/** A contestant on Node.js: serves the task until its process ends. @returns where; and where it says what it counted, if that is elsewhere */
export type IngestPeer = (task: Task) => Promise<{ port: number; counterPort?: number }>;
