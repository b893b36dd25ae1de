import type { FieldViolation } from '@kelp/status';
import type { Logger } from '@kelp/telemetry';
import type { Call } from '../call.js';
import type { Definition, MethodDefinition } from '../contract.js';
import type { ContractUses } from './contract-uses.js';
import type { Guard } from './guard.js';
import type { OpenCalls } from './open-calls.js';

/** A handler as Nest hands it over: with guards, pipes and interceptors around it. */
export type AnyHandler = (request: unknown, call: Call) => unknown;

/** When a method is answered, and how loudly. */
export interface Conditions {
  /** Answers everybody with a certificate: health and reflection. */
  readonly openToAll: boolean;
  /** Every server's own: logs only failures, and is no use of the service. */
  readonly builtIn: boolean;
}

/** All that it takes to answer one RPC. */
export interface ServedRpc extends Partial<Conditions> {
  readonly definition: Definition;
  readonly method: MethodDefinition;
  readonly handler: AnyHandler;
  /** Checks each request against the contract's limits. */
  readonly check: ((message: never) => readonly FieldViolation[]) | undefined;
  readonly service: string;
  readonly callers: readonly string[];
  readonly log: Logger;
  readonly calls: OpenCalls;
  readonly uses: ContractUses;
  readonly streamAgeMs?: number;
  readonly guard?: Guard;
}
