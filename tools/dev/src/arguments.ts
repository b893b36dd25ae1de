import { parseArgs } from 'node:util';

export interface Arguments {
  /** Serve only: no sample traffic. */
  noDemo: boolean;
  /** Stop after the sample traffic. */
  once: boolean;
  /** How many events to post. */
  events: number;
  help: boolean;
}

/** What was asked for makes no sense, in a sentence. */
export class ArgumentError extends Error {
  override readonly name = 'ArgumentError';
}

const EVENTS = 50_000;
const EVENTS_MAX = 100_000_000;

export const usage = `Starts Kelp on this machine, and shows it at work on sample traffic.

  npm start                       start, post sample traffic, show what became of it, and stay up
  npm start -- --no-demo          only serve
  npm start -- --once             stop after the sample traffic; exit code 1 where it was not counted right
  npm start -- --events 1000000   post so many events (${EVENTS})

Environment: DATABASE_URL and QUEUE_URL for a PostgreSQL and a NATS server of your own; KELP_FOLDER (.kelp);
ACCOUNT_PORT, TEMPLATE_PORT, ANALYTICS_PORT, INGEST_PORT, WEBHOOK_PORT, POSTGRES_PORT; LOG_LEVEL.`;

/** @throws ArgumentError */
export function readArguments(args: readonly string[]): Arguments {
  const { 'no-demo': noDemo, once, events, help } = parse(args);
  const count = Number(events);
  if (!/^\d+$/.test(events) || count < 1 || count > EVENTS_MAX)
    throw new ArgumentError(`--events takes a whole number from 1 to ${EVENTS_MAX}, not "${events}".`);
  if (noDemo && once) throw new ArgumentError('--no-demo and --once exclude each other.');
  return { noDemo, once, events: count, help };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        'no-demo': { type: 'boolean', default: false },
        once: { type: 'boolean', default: false },
        events: { type: 'string', default: String(EVENTS) },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values;
  } catch (error) {
    throw new ArgumentError((error as Error).message);
  }
}
