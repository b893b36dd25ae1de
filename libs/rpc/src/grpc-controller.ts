import { Controller } from '@nestjs/common';
import { Ctx, MessagePattern, Payload } from '@nestjs/microservices';
import type { Contract } from './contract.js';

/** Marks handlers that GrpcTransport serves; Nest hands them to no other transport. */
export const GRPC_TRANSPORT = Symbol('kelp.rpc');

/** What the transport learns of a handler, through Nest. */
export interface HandlerExtras {
  readonly contract: Contract;
  /** The method's key in the definition. */
  readonly method: string;
}

/**
 * Serves a contract: one line instead of a decorator for each RPC.
 * @throws at start-up, where the class lacks a handler; it names them all
 */
export const GrpcController =
  (contract: Contract): ClassDecorator =>
  (target) => {
    const { fullName, methods } = contract.definition;
    const missing = Object.keys(methods).filter((method) => typeof target.prototype[method] !== 'function');
    if (missing.length > 0) throw new Error(`${target.name} does not implement ${missing.join(', ')} of ${fullName}.`);
    Controller()(target);
    for (const method of Object.keys(methods)) {
      const descriptor = handlerOf(target.prototype, method);
      const extras: HandlerExtras = { contract, method };
      MessagePattern(`${fullName}/${method}`, GRPC_TRANSPORT, { ...extras })(target.prototype, method, descriptor);
      Payload()(target.prototype, method, 0);
      Ctx()(target.prototype, method, 1);
    }
  };

/** A handler may stand in a class that the controller extends. */
function handlerOf(prototype: object, method: string): PropertyDescriptor {
  for (let holder: object | null = prototype; holder; holder = Object.getPrototypeOf(holder)) {
    const descriptor = Object.getOwnPropertyDescriptor(holder, method);
    if (descriptor) return descriptor;
  }
  throw new Error(`${method} is not a method.`);
}
