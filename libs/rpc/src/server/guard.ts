import type { Call, CallContext } from '../call.js';
import type { Definition, MethodDefinition } from '../contract.js';

/** The RPC that a guard looks at. */
export interface GuardedRpc {
  readonly definition: Definition;
  readonly method: MethodDefinition;
}

/** Decides who stands behind a call, and what they may ask for, before the handler hears of it. */
export interface Guard {
  /**
   * What is true of the call, whatever its caller says: it takes the place of the context that came in.
   * @throws StatusError where the caller is not who they say, or may not make this call at all
   */
  admit(call: Call, rpc: GuardedRpc): CallContext | Promise<CallContext>;
  /**
   * Looks at each request, also of those that stream in, once it is known to keep to the contract.
   * @throws StatusError where the caller may not ask for this
   */
  check(call: Call, request: unknown, rpc: GuardedRpc): void;
}
