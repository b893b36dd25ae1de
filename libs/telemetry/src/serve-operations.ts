import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { metricsText } from './metrics.js';

/** A page's answer: whether it is as it should be, and in which words. */
interface Page {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

const word = (status: number, body: string): Page => ({ status, contentType: 'text/plain', body: `${body}\n` });

/**
 * Serves what the platform asks a process, over plain HTTP at `host:port` (port 0 takes a free one): `/metrics`; `/livez`,
 * which answers as long as the process turns; `/readyz`, whether it does useful work.
 */
export async function serveOperations(
  address: string,
  isReady: () => boolean,
): Promise<{ address: string; close(): Promise<void> }> {
  const pages: Readonly<Record<string, () => Page | Promise<Page>>> = {
    '/livez': () => word(200, 'alive'),
    '/readyz': () => (isReady() ? word(200, 'ready') : word(503, 'not ready')),
    '/metrics': async () => ({ status: 200, ...(await metricsText()) }),
  };
  const pageAt = async (url: string): Promise<Page> => {
    const page = Object.hasOwn(pages, url) ? pages[url] : undefined;
    return page ? page() : word(404, `There are ${Object.keys(pages).join(', ')}.`);
  };
  const server = createServer(({ url = '' }, response) => {
    void pageAt(url)
      .catch(() => word(500, 'failed'))
      .then(({ status, contentType, body }) => response.writeHead(status, { 'content-type': contentType }).end(body));
  });
  const colon = address.lastIndexOf(':');
  const host = address.slice(0, colon);
  server.listen(Number(address.slice(colon + 1)), host);
  await once(server, 'listening');
  return {
    address: `${host}:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
