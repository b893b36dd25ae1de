import type { FieldViolation } from '@kelp/status';
import type { BinaryReader, BinaryWriter } from '@kelp/wire';
import type { Call } from './call.js';

/** The codec of one message, as ts-proto generates it. */
export interface MessageType<T> {
  encode(message: T, writer?: BinaryWriter): BinaryWriter;
  decode(input: BinaryReader | Uint8Array, length?: number): T;
  fromPartial(object: DeepPartial<T>): T;
}

/** One RPC of a contract. */
export interface MethodDefinition {
  readonly name: string;
  // biome-ignore lint/suspicious/noExplicitAny: any message
  readonly requestType: MessageType<any>;
  readonly requestStream: boolean;
  // biome-ignore lint/suspicious/noExplicitAny: any message
  readonly responseType: MessageType<any>;
  readonly responseStream: boolean;
  readonly options: { readonly idempotencyLevel?: 'IDEMPOTENT' | 'NO_SIDE_EFFECTS' };
}

/** A service of a contract, as ts-proto generates it. */
export interface Definition {
  readonly name: string;
  readonly fullName: string;
  readonly methods: { readonly [method: string]: MethodDefinition };
}

/** A service's promise: what its contract library exports as `<Service>Contract`. */
export interface Contract<D extends Definition = Definition> {
  readonly definition: D;
  /** A google.protobuf.FileDescriptorSet, in base64: what reflection answers with. */
  readonly descriptors: string;
  /** The latest release, and the hash of the contract as it is: what a client says that it was built from. */
  readonly release?: { readonly version: string; readonly hash: string };
  /** Checks messages against the limits in the contract, by method; a method without limits is absent. */
  readonly checks?: { readonly [method: string]: { readonly request?: (message: never) => readonly FieldViolation[] } };
}

type Atom = Date | Uint8Array | bigint | number | string | boolean | undefined | null;

/** A message with any fields left out: the rest have their defaults. */
export type DeepPartial<T> = T extends Atom
  ? T
  : T extends (infer U)[]
    ? DeepPartial<U>[]
    : T extends { $case: string; value: unknown }
      ? { $case: T['$case']; value?: DeepPartial<T['value']> }
      : T extends object
        ? { [K in keyof T]?: DeepPartial<T[K]> }
        : Partial<T>;

type MessageOf<M> = M extends { decode(...args: never[]): infer T } ? T : never;
export type RequestOf<M extends MethodDefinition> = MessageOf<M['requestType']>;
export type ResponseOf<M extends MethodDefinition> = MessageOf<M['responseType']>;

/** What a controller implements of one RPC. */
export type Handler<M extends MethodDefinition> = (
  request: M['requestStream'] extends true ? AsyncIterable<RequestOf<M>> : RequestOf<M>,
  call: Call,
) => M['responseStream'] extends true ? AsyncIterable<ResponseOf<M>> : Promise<ResponseOf<M>>;

/**
 * What a controller implements of a contract: a Promise function for each RPC with one answer, an async generator for
 * each with many. Requests that stream in are an AsyncIterable; nothing is read that the handler has not asked for.
 *
 *     class TemplateController implements Service<typeof TemplateContract> { … }
 */
export type Service<C extends Contract> = {
  [K in keyof C['definition']['methods']]: Handler<C['definition']['methods'][K]>;
};
