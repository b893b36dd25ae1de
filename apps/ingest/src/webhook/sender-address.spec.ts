import type { IncomingMessage } from 'node:http';
import { senderAddress } from './sender-address.js';

const from = (forwarded: string | undefined, proxies: number) =>
  senderAddress(
    { headers: { 'x-forwarded-for': forwarded }, socket: { remoteAddress: '10.0.0.1' } } as unknown as IncomingMessage,
    proxies,
  );

it('is the other end of the connection where no proxy is trusted, whatever the request says', () => {
  expect(from('192.0.2.1', 0)).toBe('10.0.0.1');
});

it.each([
  ['192.0.2.1', 1, '192.0.2.1'],
  ['6.6.6.6, 192.0.2.1', 1, '192.0.2.1'],
  ['6.6.6.6, 192.0.2.1, 10.0.0.9', 2, '192.0.2.1'],
  ['192.0.2.1:443', 1, '192.0.2.1'],
  ['[2001:db8::1]:443', 1, '2001:db8::1'],
  ['2001:db8::1', 1, '2001:db8::1'],
])('is what our proxies added to "%s", of which there are %i', (forwarded, proxies, address) => {
  expect(from(forwarded, proxies)).toBe(address);
});

it('is not known where the proxies added less than they should', () => {
  expect(from(undefined, 1)).toBe('');
  expect(from('192.0.2.1', 2)).toBe('');
});
