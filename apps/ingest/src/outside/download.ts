import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { OutsideUnavailable } from '../providers/provider.js';

export interface DownloadOptions {
  readonly url: URL;
  /** Where to connect to; the certificate has to be one of the URL's host all the same. */
  readonly address: string;
  readonly port: number;
  readonly bytesMax: number;
  readonly signal: AbortSignal;
  /** Certificates of the authorities to believe; those that Node brings where it is absent. */
  readonly ca?: string;
}

/**
 * Gets a text from one address, over TLS 1.2 or later with the certificate checked. A redirect is a failure.
 * @throws OutsideUnavailable
 */
export async function download({ url, address, port, bytesMax, signal, ca }: DownloadOptions): Promise<string> {
  const sent = request({
    host: address,
    port,
    servername: url.hostname,
    path: `${url.pathname}${url.search}`,
    headers: { host: url.hostname, accept: '*/*' },
    agent: false,
    minVersion: 'TLSv1.2',
    signal,
    ...(ca !== undefined && { ca }),
  });
  try {
    sent.end();
    const [response] = (await once(sent, 'response', { signal })) as [IncomingMessage];
    if (response.statusCode !== 200) throw new OutsideUnavailable(`"${url.hostname}" answered ${response.statusCode}.`);
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of response as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > bytesMax) throw new OutsideUnavailable(`"${url.hostname}" answered at too great a length.`);
      chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString('utf8');
  } catch (cause) {
    if (cause instanceof OutsideUnavailable) throw cause;
    throw new OutsideUnavailable(`"${url.hostname}" cannot be reached.`, { cause });
  } finally {
    sent.destroy();
  }
}
