import { type Logger, nestLogger } from '@kelp/telemetry';
import { type ArgumentsHost, Catch, type DynamicModule, type RpcExceptionFilter, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { MicroserviceOptions } from '@nestjs/microservices';
import { type Observable, throwError } from 'rxjs';
import type { Health } from './server/health.js';
import { GrpcTransport, type TransportOptions } from './server/transport.js';

export interface ServeOptions extends TransportOptions {
  readonly log: Logger;
  /** How long to answer as usual after health checks say NOT_SERVING, in milliseconds, so that callers notice: 0. */
  readonly drainDelayMs?: number;
  /** Hears that the end has begun, before that delay: for servers besides gRPC, to send their clients elsewhere. */
  onDrain?(): void;
}

/** A service that runs. */
export interface Running {
  /** Where it listens, with the real port. */
  readonly address: string;
  readonly health: Health;
  /** Ends it cleanly: streams come to their end, calls finish, providers are destroyed. Any number of times. */
  close(): Promise<void>;
}

/** Nest's own filter would rename what a handler throws: the transport turns it into a status instead. */
@Catch()
class PassThrough implements RpcExceptionFilter {
  catch(exception: unknown, _host: ArgumentsHost): Observable<never> {
    return throwError(() => exception);
  }
}

/** Starts a Nest module whose controllers are `@GrpcController`s. @throws where it cannot start, and leaves nothing behind */
export async function serve(module: Type | DynamicModule, options: ServeOptions): Promise<Running> {
  const { log, drainDelayMs = 0 } = options;
  const transport = new GrpcTransport(options);
  const app = await NestFactory.createMicroservice<MicroserviceOptions>(module, {
    strategy: transport,
    logger: nestLogger(log),
    abortOnError: false,
  });
  app.useGlobalFilters(new PassThrough());
  try {
    await app.listen();
  } catch (error) {
    await app.close();
    throw error;
  }
  let closing: Promise<void> | undefined;
  const close = async () => {
    transport.health.drain();
    options.onDrain?.();
    await new Promise((resolve) => setTimeout(resolve, drainDelayMs));
    await app.close(); // hooks before the shutdown, then the transport, then hooks after it
  };
  return {
    address: transport.address,
    health: transport.health,
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}
