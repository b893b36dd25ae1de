import type { ConnectionOptions } from '@nats-io/transport-node';

/** Paths of PEM files. */
export interface NatsTls {
  readonly ca: string;
  readonly certificate?: string;
  readonly key?: string;
}

const RECONNECT_MS = 250;
const PING_MS = 10_000;
const CONNECT_MS_MAX = 3_000;

/**
 * How to connect to the servers of a URL, such as `nats://user:password@a:4222,nats://b:4222`. The first server's user
 * is that of all.
 */
export function connectionOf(url: string, tls?: NatsTls): ConnectionOptions {
  const servers = url
    .split(',')
    .map((server) => new URL(server.includes('://') ? server.trim() : `nats://${server.trim()}`));
  const [{ username, password } = { username: '', password: '' }] = servers;
  const isSecure = tls !== undefined || servers.some(({ protocol }) => protocol === 'tls:');
  return {
    servers: servers.map(({ host }) => host),
    name: 'kelp queue',
    timeout: CONNECT_MS_MAX,
    maxReconnectAttempts: -1,
    reconnectTimeWait: RECONNECT_MS,
    reconnectJitter: RECONNECT_MS,
    // A server that went away without a word is noticed after two pings.
    pingInterval: PING_MS,
    // A certificate or password that is being replaced must not end the queue.
    ignoreAuthErrorAbort: true,
    // A stack trace for each request costs more than the request.
    noAsyncTraces: true,
    ...(username && { user: decodeURIComponent(username), pass: decodeURIComponent(password) }),
    ...(isSecure && { tls: tls ? { caFile: tls.ca, certFile: tls.certificate, keyFile: tls.key } : {} }),
  };
}
