// What a pulled client needs besides its messages: one file, over @grpc/grpc-js. Yours to change.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { BinaryReader, type BinaryWriter } from '@bufbuild/protobuf/wire';
import { Client as Channel, type ClientDuplexStream, credentials, Metadata } from '@grpc/grpc-js';

export interface ConnectOptions {
  /** Where the service is: `host:port`, or `dns:///host:port` to spread calls over all addresses of the name. */
  readonly target: string;
  /** PEM files: the authority that signed the service's certificate, one's own certificate, and its key. */
  readonly tls: { readonly ca: string; readonly certificate: string; readonly key: string };
  /** How long one answer is waited for, in milliseconds, where the call does not say: 10,000. */
  readonly deadlineMs?: number;
}

export interface CallOptions {
  readonly deadlineMs?: number;
  readonly signal?: AbortSignal;
  readonly metadata?: Readonly<Record<string, string>>;
}

/** What a service refused: switch on `reason`, never on the text. */
export class CallError extends Error {
  constructor(
    /** gRPC's status code. */
    readonly code: number,
    message: string,
    /** A value of the contract's `ErrorReason`, without its prefix; empty where the service gave none. */
    readonly reason: string,
    readonly metadata: Readonly<Record<string, string>>,
  ) {
    super(message);
  }
}

export interface MessageType<T> {
  encode(message: T, writer?: BinaryWriter): BinaryWriter;
  decode(input: Uint8Array): T;
  fromPartial(object: never): T;
}

export interface Method {
  readonly name: string;
  // biome-ignore lint/suspicious/noExplicitAny: any message
  readonly requestType: MessageType<any>;
  readonly requestStream: boolean;
  // biome-ignore lint/suspicious/noExplicitAny: any message
  readonly responseType: MessageType<any>;
  readonly responseStream: boolean;
}

export interface Definition {
  readonly fullName: string;
  readonly methods: { readonly [method: string]: Method };
}

type Of<T> = T extends { decode(...args: never[]): infer M } ? M : never;
type Input<T> = T extends { fromPartial(object: infer P): unknown } ? P : never;

/** A function for each RPC: a promise of the answer, or an iterable of many. */
export type Client<D extends Definition> = {
  readonly [K in keyof D['methods']]: (
    request: D['methods'][K]['requestStream'] extends true
      ? AsyncIterable<Input<D['methods'][K]['requestType']>>
      : Input<D['methods'][K]['requestType']>,
    options?: CallOptions,
  ) => D['methods'][K]['responseStream'] extends true
    ? AsyncIterable<Of<D['methods'][K]['responseType']>>
    : Promise<Of<D['methods'][K]['responseType']>>;
} & { close(): void };

export interface Release {
  readonly version: string;
  readonly hash: string;
}

/** Connects to a service. `service` is the name that its certificate must carry. */
export function connectTo<D extends Definition>(
  definition: D,
  service: string,
  release: Release,
  { target, tls, deadlineMs = 10_000 }: ConnectOptions,
): Client<D> {
  const [ca, key, certificate] = [tls.ca, tls.key, tls.certificate].map((path) => readFileSync(path));
  const channel = new Channel(target, credentials.createSsl(ca, key, certificate), {
    'grpc.ssl_target_name_override': service,
    'grpc.default_authority': service,
    'grpc.service_config': JSON.stringify({ loadBalancingConfig: [{ round_robin: {} }] }),
  });
  const callers = Object.entries(definition.methods).map(([key, method]) => {
    const open = (options: CallOptions): Call => {
      const metadata = new Metadata();
      // The service keeps compatible with the versions that it knows to be in use.
      metadata.set('kelp-contract', `${release.version} ${release.hash}`);
      for (const [name, value] of Object.entries(options.metadata ?? {})) metadata.set(name, value);
      const isLong = method.requestStream || method.responseStream;
      const wait = options.deadlineMs ?? (isLong ? Number.POSITIVE_INFINITY : deadlineMs);
      return channel.makeBidiStreamRequest(
        `/${definition.fullName}/${method.name}`,
        (request: unknown) =>
          Buffer.from(method.requestType.encode(method.requestType.fromPartial(request as never)).finish()),
        (bytes: Buffer): unknown => method.responseType.decode(bytes),
        metadata,
        { deadline: Date.now() + wait },
      );
    };
    const answers = (request: unknown, options: CallOptions = {}) =>
      exchange(
        () => open(options),
        method.requestStream ? (request as AsyncIterable<unknown>) : single(request),
        options.signal,
      );
    return [key, method.responseStream ? answers : (...args: Parameters<typeof answers>) => only(answers(...args))];
  });
  return Object.assign(Object.fromEntries(callers), { close: () => channel.close() }) as Client<D>;
}

type Call = ClientDuplexStream<unknown, unknown>;

async function* single(request: unknown): AsyncIterable<unknown> {
  yield request;
}

async function only(answers: AsyncIterable<unknown>): Promise<unknown> {
  let answer: unknown;
  for await (answer of answers);
  return answer;
}

/** Every kind of call is two streams. Requests are taken as fast as they can be sent, answers given as they are asked for. */
async function* exchange(
  open: () => Call,
  requests: AsyncIterable<unknown>,
  signal?: AbortSignal,
): AsyncGenerator<unknown> {
  signal?.throwIfAborted();
  const call = open();
  const cancel = () => call.cancel();
  signal?.addEventListener('abort', cancel, { once: true });
  let failure: unknown;
  const sending = send(call, requests).catch((error: unknown) => {
    failure = error;
    call.cancel();
  });
  try {
    for await (const answer of call.iterator({ destroyOnReturn: false })) yield answer;
    await sending;
  } catch (error) {
    throw failure ?? callError(error);
  } finally {
    signal?.removeEventListener('abort', cancel);
    call.on('error', () => {});
    call.cancel();
  }
}

async function send(call: Call, requests: AsyncIterable<unknown>): Promise<void> {
  let over = false;
  const end = () => {
    over = true;
  };
  const gone = once(call, 'status').then(end, end);
  for await (const request of requests) {
    if (over) return;
    if (!call.write(request)) await Promise.race([once(call, 'drain').catch(() => {}), gone]);
  }
  call.end();
}

/** A status, with the `google.rpc.ErrorInfo` that says why. */
function callError(error: unknown): unknown {
  if (!(error instanceof Error) || !('code' in error) || !('details' in error)) return error;
  const metadata = 'metadata' in error && error.metadata instanceof Metadata ? error.metadata : new Metadata();
  const bytes = metadata.get('grpc-status-details-bin')[0];
  const info = bytes instanceof Uint8Array ? errorInfo(bytes) : undefined;
  return new CallError(Number(error.code), String(error.details), info?.reason ?? '', info?.metadata ?? {});
}

function errorInfo(status: Uint8Array): { reason: string; metadata: Record<string, string> } | undefined {
  for (const any of fieldsOf(status).filter(([number]) => number === 3)) {
    const [type, value] = [1, 2].map((number) => fieldsOf(any[1]).find(([found]) => found === number)?.[1]);
    if (!type || !value || !text(type).endsWith('/google.rpc.ErrorInfo')) continue;
    const info = fieldsOf(value);
    const entries = info
      .filter(([number]) => number === 3)
      .map(([, entry]) => [1, 2].map((number) => text(fieldsOf(entry).find(([found]) => found === number)?.[1])));
    return { reason: text(info.find(([number]) => number === 1)?.[1]), metadata: Object.fromEntries(entries) };
  }
  return undefined;
}

const text = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes);

/** The fields of a message that have a length: texts, bytes and messages. */
function fieldsOf(message: Uint8Array): [number: number, bytes: Uint8Array][] {
  const reader = new BinaryReader(message);
  const fields: [number, Uint8Array][] = [];
  while (reader.pos < reader.len) {
    const [number, wireType] = reader.tag();
    if (wireType === 2) fields.push([number, reader.bytes()]);
    else reader.skip(wireType, number);
  }
  return fields;
}
