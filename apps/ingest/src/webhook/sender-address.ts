import type { IncomingMessage } from 'node:http';

/**
 * From which IP address a request comes. What stands in `X-Forwarded-For` is the sender's own word, except what our proxies
 * added: each adds, at the end, the address that it saw.
 * @param trustedProxies how many proxies stand before this process
 * @returns empty where it is not known
 */
export function senderAddress({ headers, socket }: IncomingMessage, trustedProxies: number): string {
  const peer = socket.remoteAddress ?? '';
  if (trustedProxies === 0) return peer;
  const header = headers['x-forwarded-for'];
  const chain = (Array.isArray(header) ? header.join(',') : (header ?? '')).split(',').map((part) => part.trim());
  return withoutPort(chain.at(-trustedProxies) ?? '');
}

/** Some proxies write `192.0.2.7:1234`, or `[2001:db8::1]:1234`. */
const withoutPort = (text: string): string =>
  /^\[([^\]]+)\](?::\d+)?$/.exec(text)?.[1] ?? /^(\d{1,3}(?:\.\d{1,3}){3}):\d+$/.exec(text)?.[1] ?? text;
