import { lookup as lookUp } from 'node:dns';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import type { LookupFunction } from 'node:net';
import { isPublicAddress } from '@kelp/outside';

const TIMEOUT_MS = 8_000;
const BYTES_MAX = 512 * 1024;

export interface OutsideOptions {
  /** Also asks addresses that are not of the public Internet: where identity providers run in the same network. */
  readonly privateNetworks: boolean;
  /** Certificates of the authorities to believe; those that Node brings where it is absent. */
  readonly ca?: string;
}

/** What a library gives that makes requests. */
interface RequestOptions {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Asks an identity provider, which an organization names as it likes: over HTTPS, at public addresses only, without going
 * where a redirect leads, bounded in time and size. The address that was looked at is the one that is connected to.
 */
export const outsideFetch = ({ privateNetworks, ca }: OutsideOptions) => {
  const lookup: LookupFunction = (host, options, callback) =>
    lookUp(host, { ...options, all: true }, (error, addresses) => {
      const good = addresses?.filter(({ address }) => privateNetworks || isPublicAddress(address)) ?? [];
      const [first] = good;
      if (error || !first) callback(error ?? new Error(`"${host}" has no public address.`), '', 0);
      else if (options.all) callback(null, good);
      else callback(null, first.address, first.family);
    });

  return async (address: string, { method, headers, body, signal }: RequestOptions = {}): Promise<Response> => {
    const url = new URL(address);
    if (url.protocol !== 'https:' || url.username !== '') throw new Error('Only https:// addresses are asked.');
    // No name is looked up where the host is an address already.
    const host = url.hostname.replace(/^\[|\]$/g, '');
    if (/^[\d.]+$|:/.test(host) && !privateNetworks && !isPublicAddress(host))
      throw new Error(`"${host}" is no public address.`);
    const timeout = AbortSignal.timeout(TIMEOUT_MS);
    const sent = request(url, {
      method: method ?? 'GET',
      headers: { ...headers },
      agent: false,
      minVersion: 'TLSv1.2',
      lookup,
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      ...(ca !== undefined && { ca }),
    });
    try {
      sent.end(body === undefined || body === null ? undefined : String(body));
      const [answer] = (await once(sent, 'response')) as [IncomingMessage];
      const chunks: Buffer[] = [];
      let bytes = 0;
      for await (const chunk of answer as AsyncIterable<Buffer>) {
        bytes += chunk.length;
        if (bytes > BYTES_MAX) throw new Error(`"${url.hostname}" answered at too great a length.`);
        chunks.push(chunk);
      }
      const status = answer.statusCode ?? 0;
      const type = answer.headers['content-type'];
      const isEmpty = status === 204 || status === 205 || status === 304;
      return new Response(isEmpty ? null : Buffer.concat(chunks), {
        status,
        ...(type && { headers: { 'content-type': type } }),
      });
    } finally {
      sent.destroy();
    }
  };
};
