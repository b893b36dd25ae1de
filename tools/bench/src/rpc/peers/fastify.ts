import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { Agent, type RequestOptions, request } from 'node:https';
import fastify from 'fastify';
import type { Caller, Peer, Served } from '../peer.js';
import type { Settings } from '../settings.js';
import { pemOf } from './pem.js';
import type { Text } from './stock.js';

const text = { type: 'object', properties: { text: { type: 'string', maxLength: 1024 } }, required: ['text'] };

async function serve(settings: Settings): Promise<Served> {
  const { ca, key, certificate: cert } = pemOf(settings);
  const app = fastify({ https: { ca, key, cert, requestCert: true, rejectUnauthorized: true } });
  app.post<{ Body: Text }>('/echo', { schema: { body: text, response: { 200: text } } }, async ({ body }) => ({
    text: body.text,
  }));
  return { address: new URL(await app.listen({ port: 0, host: '127.0.0.1' })).host };
}

async function post(options: RequestOptions, message: Text): Promise<Text> {
  const body = JSON.stringify(message);
  const sent = request({
    ...options,
    method: 'POST',
    path: '/echo',
    headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
  });
  sent.end(body);
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  const parts: Buffer[] = [];
  response.on('data', (part: Buffer) => parts.push(part));
  await once(response, 'end');
  return JSON.parse(Buffer.concat(parts).toString()) as Text;
}

function callerOf(settings: Settings, address: string, agent: Agent | false): Caller {
  const { ca, key, certificate: cert } = pemOf(settings);
  const [host, port] = address.split(':');
  const options = { host, port, ca, key, cert, agent };
  return { call: async (message) => (await post(options, { text: message })).text };
}

/** JSON over HTTP/1.1, over as many connections as there are calls under way. */
export const keepAlive: Peer = {
  serve,
  connect: (settings, address) => callerOf(settings, address, new Agent({ keepAlive: true })),
};

/** The same with a new connection, and so a handshake, for each call. */
export const newConnections: Peer = {
  serve,
  connect: (settings, address) => callerOf(settings, address, false),
};
