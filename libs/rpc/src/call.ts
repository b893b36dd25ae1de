import { AsyncLocalStorage } from 'node:async_hooks';
import type { Metadata } from '@grpc/grpc-js';

/** What a handler knows of the call that it answers, besides its request. */
export interface Call {
  /** The RPC, such as `kelp.account.v1.AccountService/GetConnection`. */
  readonly method: string;
  /** Fires when nobody waits for the answer any more: cancelled, past the deadline, or disconnected. */
  readonly signal: AbortSignal;
  /** Fires when a long-lived stream should come to its end: the server drains, or the stream has become old. */
  readonly draining: AbortSignal;
  /** When the caller stops waiting; undefined where it said nothing. */
  readonly deadline: Date | undefined;
  /** The caller, by the name in its certificate, such as `ingest`. */
  readonly caller: string;
  /** Where the call came from, `host:port`. */
  readonly peer: string;
  /** What the caller sent along. */
  readonly metadata: Metadata;
  /** What travels with the call, and on with each call made on its behalf. */
  readonly context: CallContext;
}

/** What travels from hop to hop. */
export interface CallContext {
  /** Names the work that the first caller asked for, in every log on the way. */
  readonly requestId: string;
  /** W3C trace context. */
  readonly traceparent?: string;
  /** The organization on whose behalf the call is made: `organizations/{organization}`. */
  readonly organization?: string;
  /** The person or key on whose behalf the call is made. */
  readonly actor?: string;
  /** What proves it, `Bearer …`: whoever is called may verify it again. */
  readonly credential?: string;
}

const calls = new AsyncLocalStorage<Call>();

/** The call that is being answered here, undefined outside of any. */
export const currentCall = (): Call | undefined => calls.getStore();

/** Runs `work` as a part of answering `call`. */
export const runInCall = <T>(call: Call, work: () => T): T => calls.run(call, work);
