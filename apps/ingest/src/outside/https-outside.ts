import { lookup } from 'node:dns/promises';
import { isPublicAddress } from '@kelp/outside';
import { type Outside, OutsideUnavailable } from '../providers/provider.js';
import { download } from './download.js';

const HTTPS_PORT = 443;

/** How long one fetch may take in all, with the look-up of its name. */
const TIMEOUT_MS = 4_000;
const BYTES_MAX = 64 * 1024;

/** The world over HTTPS: public addresses only, no redirects, bounded in time and size. */
export class HttpsOutside implements Outside {
  async fetchText(url: URL): Promise<string> {
    if (url.protocol !== 'https:' || url.port !== '' || url.username !== '' || url.password !== '') {
      throw new OutsideUnavailable('Only plain https:// addresses are asked.');
    }
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const address = await publicAddressOf(url.hostname, signal);
    return download({ url, address, port: HTTPS_PORT, bytesMax: BYTES_MAX, signal });
  }
}

/**
 * The address is looked up once and then connected to, so that a name cannot become another one in between.
 * @throws OutsideUnavailable
 */
async function publicAddressOf(host: string, signal: AbortSignal): Promise<string> {
  // A look-up cannot be ended, only left alone.
  const found = await Promise.race([lookup(host, { all: true }), aborted(signal)]).catch((cause: unknown) => {
    throw new OutsideUnavailable(`"${host}" cannot be found.`, { cause });
  });
  const address = found.find((each) => isPublicAddress(each.address))?.address;
  if (address === undefined) throw new OutsideUnavailable(`"${host}" has no public address.`);
  return address;
}

const aborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }));
