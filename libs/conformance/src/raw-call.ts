import { type CallOptions, type ClientDuplexStream, type Client as GrpcClient, Metadata } from '@grpc/grpc-js';
import { fromServiceError, type MethodDefinition } from '@kelp/rpc';
import { Code, type StatusError } from '@kelp/status';

const same = (bytes: Buffer) => bytes;

/** How one raw call ended, and what came before. */
export interface Ended {
  readonly code: Code;
  readonly error: StatusError | undefined;
  readonly messages: Buffer[];
}

/** A call below the codec: any bytes, in any order. */
export interface RawCall {
  readonly stream: ClientDuplexStream<Buffer, Buffer>;
  readonly messages: Buffer[];
  /** Resolves at the end of the call, also where it failed. */
  readonly ended: Promise<Ended>;
}

/** Opens a call. Every kind of call is a stream of bytes underneath, so one function opens them all. */
export function rawCall(
  grpc: GrpcClient,
  path: string,
  options: CallOptions = {},
  metadata: Metadata = new Metadata(),
): RawCall {
  const stream = grpc.makeBidiStreamRequest(path, same, same, metadata, options);
  const messages: Buffer[] = [];
  let failure: unknown;
  stream.on('data', (message: Buffer) => messages.push(message));
  stream.on('error', (error) => {
    failure = error;
  });
  const ended = new Promise<Ended>((resolve) => {
    stream.on('status', (status) => {
      const code: number = status.code;
      // The error comes right after the status.
      setImmediate(() => resolve({ code, error: code === Code.OK ? undefined : fromServiceError(failure), messages }));
    });
  });
  return { stream, messages, ended };
}

/** Sends these messages, ends, and waits for the end. */
export function rawExchange(grpc: GrpcClient, path: string, ...requests: Buffer[]): Promise<Ended> {
  const { stream, ended } = rawCall(grpc, path, { deadline: Date.now() + 10_000 });
  for (const request of requests) stream.write(request);
  stream.end();
  return ended;
}

/** The opening frame of a resumable stream; undefined where the method is none. */
export function helloOf({ requestStream, responseStream, requestType }: MethodDefinition, credit: bigint) {
  if (!requestStream || !responseStream) return undefined;
  const hello = { resumeToken: '', creditSequence: credit, nextSequence: 1n };
  const message = requestType.fromPartial({ frame: { $case: 'hello', value: hello } });
  const bytes = requestType.encode(message).finish();
  return bytes.length > 0 ? Buffer.from(bytes) : undefined;
}
