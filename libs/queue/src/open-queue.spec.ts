import { connectionOf } from './jetstream/connection.js';
import { openQueue } from './open-queue.js';

describe('opening a queue', () => {
  it.each(['', 'redis://127.0.0.1', 'postgres'])('refuses "%s", where there is none', (url) => {
    expect(() => openQueue(url)).toThrow('The queue needs a URL that starts with nats:// or postgresql://');
  });
});

describe('the connection to NATS', () => {
  it('knows all servers of a URL, and the user of the first', () => {
    const connection = connectionOf('nats://kelp:p%40ss@a:4222,nats://b:4223,c');
    expect(connection).toMatchObject({ servers: ['a:4222', 'b:4223', 'c'], user: 'kelp', pass: 'p@ss' });
    expect(connection.tls).toBeUndefined();
  });

  it('is never given up', () => {
    expect(connectionOf('nats://a')).toMatchObject({ maxReconnectAttempts: -1, ignoreAuthErrorAbort: true });
  });

  it('is encrypted where the URL or the certificates say so', () => {
    expect(connectionOf('tls://a').tls).toEqual({});
    const tls = { ca: 'ca.pem', certificate: 'c.pem', key: 'k.pem' };
    expect(connectionOf('nats://a', tls).tls).toEqual({ caFile: 'ca.pem', certFile: 'c.pem', keyFile: 'k.pem' });
  });
});
