import type { LoggerService } from '@nestjs/common';
import type { Logger } from './logger.js';

/** Nest's own messages, as lines of the process's log. What it says of a healthy start is for debugging. */
export const nestLogger = (log: Logger): LoggerService => ({
  verbose: (message: unknown, context?: unknown) => log.trace({ context }, String(message)),
  debug: (message: unknown, context?: unknown) => log.debug({ context }, String(message)),
  log: (message: unknown, context?: unknown) => log.debug({ context }, String(message)),
  warn: (message: unknown, context?: unknown) => log.warn({ context }, String(message)),
  error: (message: unknown, ...rest: unknown[]) =>
    log.error({ context: rest.at(-1), err: message instanceof Error ? message : undefined }, String(message)),
  fatal: (message: unknown, context?: unknown) => log.fatal({ context }, String(message)),
});
