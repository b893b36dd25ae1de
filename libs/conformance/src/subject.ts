import { type Guard, type Running, serve } from '@kelp/rpc';
import { logger } from '@kelp/telemetry';
import { tlsOf } from '@kelp/testing';
import type { DynamicModule } from '@nestjs/common';

/** A service that is about to be served. */
export interface Subject {
  readonly module: DynamicModule;
  readonly guard?: Guard;
  /** Removes what the module needed, such as a database, after the service has ended. */
  drop?(): Promise<unknown>;
}

/** What the kits call themselves: it may call everything. */
export const CALLER = 'developer';

/** Serves it on a free port, over mutual TLS. */
export async function serveSubject(service: string, subject: () => Promise<Subject>): Promise<Running> {
  const { module, guard, drop } = await subject();
  const running = await serve(module, {
    service,
    address: '127.0.0.1:0',
    tls: await tlsOf(service),
    callers: [CALLER],
    ...(guard && { guard }),
    log: logger(service, 'silent'),
  });
  return {
    ...running,
    close: async () => {
      await running.close();
      await drop?.();
    },
  };
}
