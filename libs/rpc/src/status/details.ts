import type { Any } from '@kelp/contract-google';
import type { MessageType } from '../contract.js';

/** Where `google.rpc.Status` travels. Source: gRPC's richer error model. */
export const DETAILS_KEY = 'grpc-status-details-bin';

const TYPE_PREFIX = 'type.googleapis.com/';

/** A message as one detail of a status. */
export const any = <T>(name: string, type: MessageType<T>, message: T): Any => ({
  typeUrl: TYPE_PREFIX + name,
  value: Buffer.from(type.encode(message).finish()),
});

/** The detail of this type, undefined where there is none. */
export function find<T>(details: readonly Any[], name: string, type: MessageType<T>): T | undefined {
  const detail = details.find(({ typeUrl }) => typeUrl === TYPE_PREFIX + name);
  return detail && type.decode(detail.value);
}
