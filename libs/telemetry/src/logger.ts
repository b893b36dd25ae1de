import { type Logger, pino } from 'pino';

export type { Logger };

/** Fields that never reach a log, wherever they stand in an object. */
const SECRET = ['authorization', 'password', 'secret', 'email', 'recipient', 'verificationKeys'];

/**
 * The process's log: one JSON line an entry, on standard output.
 * @param service names the process in each line
 */
export const logger = (service: string, level: string = 'info'): Logger =>
  pino({
    level,
    base: { service },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: { paths: SECRET.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]), censor: '[redacted]' },
  });
