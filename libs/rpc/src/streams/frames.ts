import type { Ack, Draining, Hello, Welcome } from '@kelp/contract-stream';
import { Code, StatusError } from '@kelp/status';
import type { Call } from '../call.js';
import type { Run } from './send-window.js';

type Frame<Case extends string, Value> = { $case: Case; value: Value };

/** A frame of items that a client sends. */
export interface ItemFrame<T> {
  firstSequence: bigint;
  items: T[];
  /** The traces that the items belong to, as far as somebody records them. */
  traceparents: string[];
}

/** A frame of items that a server sends: it also tells where to resume. */
export interface ServerItemFrame<T> {
  firstSequence: bigint;
  items: T[];
  resumeToken: string;
  synced: boolean;
}

// The messages around the frames of kelp.stream.v1, as ts-proto generates them in every contract with such a stream.

/** What a client sends on a stream where it sends the items. */
export interface AppendRequest<T> {
  frame: Frame<'hello', Hello> | Frame<'items', ItemFrame<T>> | undefined;
}

/** What a server answers on a stream where the client sends the items. */
export interface AppendResponse {
  frame: Frame<'welcome', Welcome> | Frame<'ack', Ack> | Frame<'draining', Draining> | undefined;
}

/** What a client sends on a stream where the server sends the items. */
export interface WatchRequest {
  frame: Frame<'hello', Hello> | Frame<'ack', Ack> | undefined;
}

/** What a server answers on a stream where it sends the items. */
export interface WatchResponse<T> {
  frame: Frame<'welcome', Welcome> | Frame<'items', ServerItemFrame<T>> | Frame<'draining', Draining> | undefined;
}

export const helloFrame = (hello: Partial<Hello>): Frame<'hello', Hello> => ({
  $case: 'hello',
  value: { resumeToken: '', creditSequence: 0n, nextSequence: 1n, ...hello },
});

export const welcomeFrame = (credit: number): Frame<'welcome', Welcome> => ({
  $case: 'welcome',
  value: { creditSequence: BigInt(credit) },
});

export const ackFrame = (upTo: number, credit: number): Frame<'ack', Ack> => ({
  $case: 'ack',
  value: { upToSequence: BigInt(upTo), creditSequence: BigInt(credit) },
});

export const drainingFrame = (retryAfterMs: number): Frame<'draining', Draining> => ({
  $case: 'draining',
  value: { retryAfterMs },
});

export const itemsFrame = <T>(
  { firstSequence, items }: Run<T>,
  traceparents: string[],
): Frame<'items', ItemFrame<T>> => ({
  $case: 'items',
  value: { firstSequence: BigInt(firstSequence), items, traceparents },
});

export const runOf = <T>({ firstSequence, items }: { firstSequence: bigint; items: T[] }): Run<T> => ({
  firstSequence: Number(firstSequence),
  items,
});

/** Takes the first frame of a client, which has to be Hello. @throws INVALID_ARGUMENT where it is another one */
export async function takeHello(
  requests: AsyncIterator<{ frame?: { $case: string; value: unknown } | undefined }>,
  call: Call,
) {
  const { done, value } = await requests.next();
  if (!done && value.frame?.$case === 'hello') return value.frame.value as Hello;
  throw protocolViolation(call, 'The first frame of a stream must be hello.');
}

/** Refuses a stream whose frames cannot be right. */
export function protocolViolation(call: Call, message: string): StatusError {
  const service = call.method.split('.')[1]; // kelp.<service>.v1.<Service>/<Method>
  return new StatusError(Code.INVALID_ARGUMENT, 'PROTOCOL_VIOLATION', message, `${service}.kelp`);
}
