import { ConfigError, envFileOf, type Loaded, loadConfig, type Schema } from '@kelp/config';
import { migrate } from '@kelp/database';
import { type Guard, type Running, serve } from '@kelp/rpc';
import { type Logger, logger, serveOperations, startTracing } from '@kelp/telemetry';
import type { DynamicModule } from '@nestjs/common';
import type { serviceSettings } from './service-settings.js';

/** What a process serves. */
export interface Served {
  readonly module: DynamicModule;
  /** Decides about users and keys; the call map alone decides where there is none. */
  readonly guard?: Guard;
  /** Hears that the process is about to end: it goes on as usual for a while, so that clients go elsewhere. */
  onDrain?(): void;
}

type ServiceSchema = Schema & typeof serviceSettings;

/** Where a service's migrations are, seen from its `src/main.ts` and from its bundle alike. */
const migrationsFolder = (main: string) => new URL('../prisma/migrations', main).pathname;

/**
 * A service's whole `main`: reads the settings, then serves until SIGTERM or SIGINT; or, where the first argument is
 * `migrate`, brings its database up to date and ends; where it is `settings`, says what can be set. Whatever is wrong at the start ends the process with code 1 and a
 * sentence that says what to do.
 * @param main the caller's `import.meta.url`
 */
export async function runService<S extends ServiceSchema>(
  service: string,
  main: string,
  settings: S,
  served: (config: Loaded<S>, log: Logger) => Served,
): Promise<void> {
  try {
    if (process.argv[2] === 'migrate') {
      const { logLevel, url } = loadConfig({ logLevel: settings.logLevel, url: settings.database.url });
      const applied = await migrate(url, migrationsFolder(main));
      logger(service, logLevel).info({ applied }, 'migrated');
    } else if (process.argv[2] === 'settings') {
      process.stdout.write(envFileOf(settings));
    } else {
      const config = loadConfig(settings);
      const common = config as Loaded<typeof serviceSettings>;
      const log = logger(service, common.logLevel);
      await run(service, common, served(config, log), log);
    }
  } catch (error) {
    console.error(error instanceof ConfigError ? error.message : startProblem(service, error));
    process.exit(1);
  }
}

async function run(
  service: string,
  { address, metricsAddress, tls, callers, drain, tracing }: Loaded<typeof serviceSettings>,
  { module, guard, onDrain }: Served,
  log: Logger,
): Promise<void> {
  const traces = tracing.endpoint ? startTracing(service, tracing.endpoint, tracing.share) : undefined;
  let running: Running | undefined;
  const operations = metricsAddress
    ? await serveOperations(metricsAddress, () => running?.health.isReady ?? false)
    : undefined;
  running = await serve(module, {
    service,
    address,
    tls,
    callers,
    ...(guard && { guard }),
    ...(onDrain && { onDrain }),
    log,
    drainDelayMs: drain.delayMs,
    drainMs: drain.ms,
  });
  log.info({ address: running.address }, 'serving');
  const stop = async (signal: NodeJS.Signals) => {
    log.info({ signal }, 'stopping');
    await running?.close();
    await operations?.close();
    await traces?.close();
    log.info('stopped');
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop(signal));
}

/** What a person can do about a failed start; the stack only where nobody foresaw it. */
function startProblem(service: string, error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE' || /EADDRINUSE/.test(message)) {
    return `${service} cannot start: its address is in use (${message}). Stop what uses it, or set another one: LISTEN_ADDRESS for gRPC, and see the service's README for the rest.`;
  }
  if (code === 'ECONNREFUSED') return `${service} cannot start: nothing answers there (${message}).`;
  if (code === 'ENOENT') return `${service} cannot start: a file is missing (${message}).`;
  return `${service} cannot start: ${(error as Error).stack ?? String(error)}`;
}
