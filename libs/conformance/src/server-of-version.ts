import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { create, type DescMessage, type DescMethod, fromBinary, toBinary } from '@bufbuild/protobuf';
import { reflect } from '@bufbuild/protobuf/reflect';
import { Server, ServerCredentials, type ServiceDefinition, type UntypedServiceImplementation } from '@grpc/grpc-js';
import { tlsOf } from '@kelp/testing';
import { servicesOf } from './released.js';

const DEPTH_MAX = 3;

/** A server of a release. */
export interface ServerOfVersion {
  readonly address: string;
  close(): void;
}

/**
 * Serves a release as somebody's old server might, over mutual TLS: it reads what comes by the descriptors of then, answers
 * with messages of then in which everything has its default, and knows no RPC that came later.
 */
export async function serveVersion(service: string, version: string): Promise<ServerOfVersion> {
  const server = new Server();
  for (const { methods } of servicesOf(service, version)) {
    const definition: Record<string, ServiceDefinition[string]> = {};
    const handlers: UntypedServiceImplementation = {};
    for (const method of methods) {
      definition[method.name] = definitionOf(method);
      handlers[method.name] = handlerOf(method) as never;
    }
    server.addService(definition, handlers);
  }
  const { ca, certificate, key } = await tlsOf(service);
  const pair = { private_key: readFileSync(key), cert_chain: readFileSync(certificate) };
  const credentials = ServerCredentials.createSsl(readFileSync(ca), [pair], true);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', credentials, (error, bound) => (error ? reject(error) : resolve(bound)));
  });
  return { address: `127.0.0.1:${port}`, close: () => server.forceShutdown() };
}

function definitionOf({ parent, name, input, output, methodKind }: DescMethod): ServiceDefinition[string] {
  return {
    path: `/${parent.typeName}/${name}`,
    requestStream: methodKind === 'client_streaming' || methodKind === 'bidi_streaming',
    responseStream: methodKind === 'server_streaming' || methodKind === 'bidi_streaming',
    requestSerialize: (message) => Buffer.from(toBinary(input, message)),
    requestDeserialize: (bytes) => fromBinary(input, bytes),
    responseSerialize: (message) => Buffer.from(toBinary(output, message)),
    responseDeserialize: (bytes) => fromBinary(output, bytes),
  };
}

/** Answers once it has been asked for the first time. */
function handlerOf({ output, methodKind }: DescMethod): unknown {
  const answer = withDefaults(output, 0);
  if (methodKind === 'unary')
    return (_call: unknown, reply: (error: null, message: unknown) => void) => reply(null, answer);
  return async (call: NodeJS.EventEmitter & { write(message: unknown): void; end(): void }) => {
    if (methodKind === 'bidi_streaming') await once(call, 'data');
    call.write(answer);
    call.end();
  };
}

/** A message in which every message is there, and a list has an item: each with nothing but defaults. */
function withDefaults(desc: DescMessage, depth: number) {
  const message = create(desc);
  const fields = reflect(desc, message);
  if (depth >= DEPTH_MAX || desc.typeName.startsWith('google.protobuf.')) return message;
  for (const field of desc.fields) {
    if (field.oneof && field.oneof.fields[0] !== field) continue;
    if (field.fieldKind === 'message')
      fields.set(field, reflect(field.message, withDefaults(field.message, depth + 1)));
    if (field.fieldKind === 'list' && field.listKind === 'message')
      fields.get(field).add(reflect(field.message, withDefaults(field.message, depth + 1)));
  }
  return message;
}
