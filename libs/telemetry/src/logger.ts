import { type Logger, pino } from 'pino';
import { redacted } from './redacted.js';

export type { Logger };

/** Lines are written together: when there are 4 KB of them, ten times a second, and before the process ends. */
const output = pino.destination({ sync: true, minLength: 4_096, periodicFlush: 100 });
process.on('exit', () => output.flushSync());

/**
 * The process's log: one JSON line an entry, on standard output, without secrets.
 * @param service names the process in each line
 */
export const logger = (service: string, level: string = 'info'): Logger =>
  pino(
    {
      level,
      base: { service },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }), log: redacted },
    },
    output,
  );
