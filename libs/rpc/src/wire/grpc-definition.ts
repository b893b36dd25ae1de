import type { MethodDefinition as GrpcMethodDefinition } from '@grpc/grpc-js';
import type { Definition, MethodDefinition } from '../contract.js';

/** The path of an RPC, without the leading slash: what logs and metrics call it. */
export const methodName = (definition: Definition, method: MethodDefinition): string =>
  `${definition.fullName}/${method.name}`;

/** What a trace says of an RPC. Source: OpenTelemetry's semantic conventions for RPC. */
export const attributesOf = (definition: Definition, method: MethodDefinition) => ({
  'rpc.system': 'grpc',
  'rpc.service': definition.fullName,
  'rpc.method': method.name,
});

/** An RPC in grpc-js's words, with ts-proto as its codec. */
export function grpcMethod(
  definition: Definition,
  method: MethodDefinition,
): GrpcMethodDefinition<unknown, unknown> & { originalName: string } {
  const { requestType, responseType } = method;
  return {
    path: `/${methodName(definition, method)}`,
    originalName: method.name,
    requestStream: method.requestStream,
    responseStream: method.responseStream,
    requestSerialize: (message) => toBuffer(requestType.encode(message).finish()),
    requestDeserialize: (bytes) => requestType.decode(bytes),
    responseSerialize: (message) => toBuffer(responseType.encode(message).finish()),
    responseDeserialize: (bytes) => responseType.decode(bytes),
  };
}

const toBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
