import { type Contract, type Running, serve } from '@kelp/rpc';
import { logger } from '@kelp/telemetry';
import { tlsOf } from '@kelp/testing';
import type { Type } from '@nestjs/common';

/** The part of a contract that ingest calls: the rest of it is none of the fake's business. */
export function only<C extends Contract, M extends keyof C['definition']['methods']>(contract: C, method: M) {
  const { definition, descriptors } = contract;
  const methods = { [method]: definition.methods[method as string] } as Pick<C['definition']['methods'], M>;
  return { definition: { ...definition, methods }, descriptors };
}

/** Serves a fake over real gRPC and mutual TLS, as the service that it stands for. */
export async function serveFake(
  service: string,
  controller: Type,
  fake: object,
  address = '127.0.0.1:0',
): Promise<Running> {
  class FakeModule {}
  return serve(
    { module: FakeModule, controllers: [controller], providers: [{ provide: fake.constructor, useValue: fake }] },
    { service, address, tls: await tlsOf(service), callers: ['ingest'], log: logger(service, 'silent'), drainMs: 500 },
  );
}
