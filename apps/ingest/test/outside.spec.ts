import { type DownloadOptions, download } from '../src/outside/download.js';
import { HttpsOutside } from '../src/outside/https-outside.js';
import { FakeAmazon } from './fake-amazon.js';

let amazon: FakeAmazon;

beforeAll(async () => {
  amazon = await FakeAmazon.start();
});
afterAll(() => amazon?.close());

const get = (path: string, changes: Partial<DownloadOptions> = {}) =>
  download({
    url: new URL(`https://sns.eu-central-1.amazonaws.com${path}`),
    address: '127.0.0.1',
    port: amazon.port,
    bytesMax: 1_000,
    signal: AbortSignal.timeout(5_000),
    ca: amazon.ca,
    ...changes,
  });
const unavailable = (message: string) =>
  expect.objectContaining({ name: 'OutsideUnavailable', message: expect.stringContaining(message) });

it('gets a text, with the query that was asked for', async () => {
  amazon.pages.set('/?a=b&c=%20d', { body: 'grün ✓' });
  expect(await get('/?a=b&c=%20d')).toBe('grün ✓');
});

it('believes no certificate of another name, nor of another authority', async () => {
  amazon.pages.set('/', { body: 'x' });
  await expect(get('/', { url: new URL('https://sns.us-east-1.amazonaws.com/') })).rejects.toEqual(
    unavailable('reached'),
  );
  const other = await FakeAmazon.start();
  await expect(get('/', { ca: other.ca })).rejects.toEqual(unavailable('reached'));
  await other.close();
  expect(await get('/')).toBe('x');
});

it('follows no redirect, and takes nothing but 200', async () => {
  amazon.pages.set('/moved', { status: 302, headers: { location: '/' }, body: '' });
  amazon.pages.set('/error', { status: 500, body: 'x' });
  await expect(get('/moved')).rejects.toEqual(unavailable('answered 302'));
  await expect(get('/error')).rejects.toEqual(unavailable('answered 500'));
});

it('reads no more than it wants', async () => {
  amazon.pages.set('/long', { body: Buffer.alloc(1_001, 'x') });
  amazon.pages.set('/full', { body: Buffer.alloc(1_000, 'x') });
  await expect(get('/long')).rejects.toEqual(unavailable('too great a length'));
  expect(await get('/full')).toHaveLength(1_000);
});

it('waits no longer than it has time for', async () => {
  amazon.pages.set('/never', undefined);
  await expect(get('/never', { signal: AbortSignal.timeout(200) })).rejects.toEqual(unavailable('reached'));
});

it('says so where nobody is there', async () => {
  await expect(get('/', { port: 1 })).rejects.toEqual(unavailable('reached'));
});

it.each([
  ['http://sns.eu-central-1.amazonaws.com/', 'plain https'],
  ['https://sns.eu-central-1.amazonaws.com:8443/', 'plain https'],
  ['https://user:word@sns.eu-central-1.amazonaws.com/', 'plain https'],
  ['https://localhost/', 'no public address'],
  ['https://127.0.0.1/', 'no public address'],
  ['https://169.254.169.254/latest/meta-data/', 'no public address'],
  ['https://10.0.0.1/', 'no public address'],
  ['https://2130706433/', 'no public address'],
])('never asks %s', async (url, why) => {
  await expect(new HttpsOutside().fetchText(new URL(url))).rejects.toEqual(unavailable(why));
});
