import { once } from 'node:events';
import { Agent, request as httpRequest } from 'node:http';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { uuidv7 } from '@kelp/resource';
import type { Running } from '@kelp/rpc';
import { eventually } from '@kelp/testing';
import { sendgridBody, sendgridEvent, signingKey, signSendgrid } from '@kelp/webhook-samples';
import { FakeAccounts } from './fakes/fake-account.js';
import { FakeTemplates } from './fakes/fake-template.js';
import { makeConnection } from './make-connection.js';
import { post } from './post.js';
import { makeGround, startIngest } from './start-ingest.js';

const key = signingKey();
const connection = makeConnection({
  verificationKeys: [key.publicKey],
  filter: { acceptedTypes: [], knownTemplatesOnly: true },
});
const path = `/v1/webhooks/sendgrid/${connection.name.split('/')[3]}`;
const noise = sendgridBody([sendgridEvent('open')]);
const limits = {
  headersMs: 300,
  requestMs: 600,
  keepAliveMs: 3_000,
  connectionsMax: 20,
  bodyBytesMax: 64 * 1024,
  bodiesBytesMax: 96 * 1024,
};

const accounts = new FakeAccounts();
const templates = new FakeTemplates();
const running: Running[] = [];
let ground: Awaited<ReturnType<typeof makeGround>>;
let kelp: Awaited<ReturnType<typeof startIngest>>;

beforeAll(async () => {
  accounts.put(connection);
  ground = await makeGround();
  running.push(await accounts.serve(), await templates.serve());
  const [account, template] = running.map(({ address }) => address);
  kelp = await startIngest({ ...ground, account: account!, template: template!, roles: ['edge'], limits });
  await eventually(async () => expect((await fetch(`http://${kelp.http}/readyz`)).status).toBe(200));
});

afterAll(async () => {
  await kelp?.stop();
  await Promise.all(running.map((one) => one.close()));
  await ground?.clear();
});

const deliver = (body = noise) => post(`http://${kelp.http}${path}`, body, { key });
const countOf = async (outcome: string) => Number((await kelp.ingest.getReport({})).requests[outcome] ?? 0n);

/** A connection on which the test itself writes and reads. */
async function open(): Promise<{ socket: Socket; received: () => string; closed: Promise<unknown> }> {
  const [host, port] = kelp.http.split(':');
  const socket = connect(Number(port), host);
  let text = '';
  socket.setEncoding('utf8').on('data', (data: string) => {
    text += data;
  });
  socket.on('error', () => undefined); // being cut off is what some of these tests are about
  const closed = once(socket, 'close');
  await once(socket, 'connect');
  return { socket, received: () => text, closed };
}

const head = (length: number, more = '') =>
  `POST ${path} HTTP/1.1\r\nhost: kelp\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n${more}\r\n`;

it('cuts a sender off whose headers do not end', async () => {
  const { socket, received, closed } = await open();
  socket.write(`POST ${path} HTTP/1.1\r\nhost: kelp\r\n`);
  const trickle = setInterval(() => socket.write('x-slow: 1\r\n'), 50);
  await closed;
  clearInterval(trickle);
  expect(received()).toMatch(/^HTTP\/1.1 408 .*"reason":"REQUEST_TIMEOUT"/s);
});

it('cuts a sender off whose body does not end, and serves others meanwhile', async () => {
  const before = await countOf('REQUEST_TIMEOUT');
  const { socket, received, closed } = await open();
  socket.write(head(10_000));
  const trickle = setInterval(() => socket.write(' '), 50);
  expect((await deliver()).status).toBe(200);
  await closed;
  clearInterval(trickle);
  expect(received()).toMatch(/^HTTP\/1.1 408 /);
  expect(await countOf('REQUEST_TIMEOUT')).toBe(before + 1);
});

it('answers a sender that counts its chunks, as soon as they are too many', async () => {
  const { socket, received, closed } = await open();
  socket.write(`POST ${path} HTTP/1.1\r\nhost: kelp\r\ntransfer-encoding: chunked\r\n\r\n`);
  const chunk = `4000\r\n${' '.repeat(0x4000)}\r\n`;
  while (received() === '') {
    socket.write(chunk);
    await sleep(5);
  }
  expect(received()).toMatch(/^HTTP\/1.1 413 .*"reason":"BODY_TOO_LARGE"/s);
  socket.end('0\r\n\r\n');
  await closed;
});

it('lets a sender that asks first keep a body that is too large', async () => {
  const { socket, received, closed } = await open();
  socket.write(head(1_000_000, 'expect: 100-continue\r\n'));
  await eventually(() => expect(received()).toMatch(/^HTTP\/1.1 413 /));
  socket.end();
  await closed;
});

it('lets a sender that asks first go on with one that fits', async () => {
  const { socket, received, closed } = await open();
  const signed = Object.entries(signSendgrid(key, noise)).filter(([name]) => name.startsWith('x-'));
  socket.write(
    head(
      noise.length,
      `expect: 100-continue\r\nconnection: close\r\n${signed.map(([name, value]) => `${name}: ${value}\r\n`).join('')}`,
    ),
  );
  await eventually(() => expect(received()).toMatch(/^HTTP\/1.1 100 /));
  socket.write(noise);
  await closed;
  expect(received()).toMatch(/HTTP\/1.1 200 /);
});

it('answers what is not HTTP, and closes', async () => {
  const { socket, received, closed } = await open();
  socket.write('hello\r\n\r\n');
  await closed;
  expect(received()).toMatch(/^HTTP\/1.1 400 .*"reason":"REQUEST_MALFORMED"/s);
});

it('answers headers that are too long, and closes', async () => {
  const { socket, received, closed } = await open();
  socket.write(`${head(0).slice(0, -2)}x-long: ${'x'.repeat(20_000)}\r\n\r\n`);
  await closed;
  expect(received()).toMatch(/^HTTP\/1.1 431 /);
});

it('closes a connection that lies idle', async () => {
  const { closed } = await open();
  const startedMs = Date.now();
  await closed;
  expect(Date.now() - startedMs).toBeLessThan(6_000);
});

it('answers many requests on one connection, refusals among them', async () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const [host, port] = kelp.http.split(':');
  const sockets = new Set<unknown>();
  const send = (body: Buffer, by = key) =>
    new Promise<number>((resolve, reject) => {
      const headers = { ...signSendgrid(by, body), 'content-length': body.length };
      const request = httpRequest({ host, port, path, method: 'POST', agent, headers }, (response) => {
        response.resume().once('end', () => resolve(response.statusCode!));
      });
      request.once('socket', (socket) => sockets.add(socket)).once('error', reject);
      request.end(body);
    });
  const stranger = signingKey();
  const statuses: number[] = [];
  for (const by of [key, stranger, key, key, stranger, key]) statuses.push(await send(noise, by));
  expect(statuses).toEqual([200, 401, 200, 200, 401, 200]);
  expect(sockets.size).toBe(1);
  agent.destroy();
});

it('answers requests that come at once on one connection, in order', async () => {
  const { socket, received } = await open();
  const signed = Object.entries(signSendgrid(key, noise)).filter(([name]) => name.startsWith('x-'));
  const good = `${head(noise.length, signed.map(([name, value]) => `${name}: ${value}\r\n`).join(''))}${noise.toString()}`;
  const unsigned = `${head(2)}[]`;
  socket.write(good + unsigned + good);
  await eventually(() =>
    expect(received().match(/HTTP\/1.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 401', 'HTTP/1.1 200']),
  );
  socket.destroy();
});

it('takes no more memory for bodies than it has, and says that it can be tried again', async () => {
  const held = await Promise.all([open(), open()]);
  for (const { socket } of held) socket.write(`${head(60_000)}${' '.repeat(45_000)}`);
  await sleep(100);
  const answered = await deliver(sendgridBody(Array.from({ length: 40 }, () => sendgridEvent('open'))));
  expect(answered).toMatchObject({ status: 503, said: { reason: 'QUEUE_UNAVAILABLE' } });
  expect(answered.headers.get('retry-after')).toBe('5');
  await Promise.all(held.map(({ closed }) => closed));
  expect((await deliver()).status).toBe(200);
});

it('closes connections beyond its bound, and takes new ones when others have gone', async () => {
  const many = await Promise.all(Array.from({ length: 30 }, () => open()));
  await sleep(100);
  expect(many.filter(({ socket }) => socket.destroyed || socket.readableEnded).length).toBeGreaterThanOrEqual(10);
  for (const { socket } of many) socket.destroy();
  await eventually(async () => expect((await deliver()).status).toBe(200));
});

it('forgets a sender that left in the middle', async () => {
  const before = await countOf('gone');
  const { socket } = await open();
  socket.write(`${head(1_000)}[`);
  await sleep(50);
  socket.destroy();
  await eventually(async () => expect(await countOf('gone')).toBe(before + 1));
});

it('sends clients away when it stops, finishes what is under way, and takes nothing new then', async () => {
  const own = await makeGround();
  const [account, template] = running.map(({ address }) => address);
  const stopping = await startIngest({
    ...own,
    account: account!,
    template: template!,
    roles: ['edge'],
    limits: { requestMs: 5_000 },
    drainDelayMs: 1_000,
  });
  await eventually(async () => expect((await fetch(`http://${stopping.http}/readyz`)).status).toBe(200));
  const [host, port] = stopping.http.split(':');
  const socket = connect(Number(port), host);
  let text = '';
  socket.setEncoding('utf8').on('data', (data: string) => {
    text += data;
  });
  const signed = Object.entries(signSendgrid(key, noise)).filter(([name]) => name.startsWith('x-'));
  socket.write(head(noise.length, signed.map(([name, value]) => `${name}: ${value}\r\n`).join('')));
  await sleep(100);
  const stopped = stopping.stop();
  const leaving = await fetch(`http://${stopping.http}/readyz`);
  expect([leaving.status, leaving.headers.get('connection')]).toEqual([503, 'close']);
  await eventually(async () => expect(fetch(`http://${stopping.http}/healthz`)).rejects.toThrow());
  socket.write(noise);
  await once(socket, 'close');
  expect(text).toMatch(/^HTTP\/1.1 200 /);
  await stopped;
  await own.clear();
});

it('counts webhooks for connections that never were, and remembers nothing of them', async () => {
  const before = await countOf('CONNECTION_UNKNOWN');
  for (let index = 0; index < 5; index++)
    await post(`http://${kelp.http}/v1/webhooks/sendgrid/${uuidv7()}`, noise, { key });
  expect(await countOf('CONNECTION_UNKNOWN')).toBe(before + 5);
});

it('does not start where something else listens, and leaves nothing behind', async () => {
  const own = await makeGround();
  await expect(startIngest({ ...own, httpAddress: kelp.http })).rejects.toThrow(/EADDRINUSE/);
  await own.clear();
  expect((await deliver()).status).toBe(200);
});
