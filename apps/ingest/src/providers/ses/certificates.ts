import { type KeyObject, X509Certificate } from 'node:crypto';
import { type Outside, OutsideUnavailable } from '../provider.js';

/** Amazon changes its certificates about once a year. */
const KNOWN_MAX = 4;
/** So often certificates are asked for at the most: forged requests must not make us ask Amazon without end. */
const FETCHES_MAX = 10;
const FETCHES_PER_MS = 60_000;

/** The keys of certificates by their address, fetched once each, as many at a time as Amazon has in use. */
export class Certificates {
  readonly #known = new Map<string, { key: KeyObject; validToMs: number }>();
  readonly #underWay = new Map<string, Promise<KeyObject>>();
  #fetchedAtMs: number[] = [];

  /**
   * @param url pinned to Amazon's host
   * @throws OutsideUnavailable
   */
  async keyAt(url: URL, nowMs: number, outside: Outside): Promise<KeyObject> {
    const { href } = url;
    const known = this.#known.get(href);
    if (known && known.validToMs >= nowMs) return known.key;
    const underWay = this.#underWay.get(href) ?? this.fetch(url, nowMs, outside);
    this.#underWay.set(href, underWay);
    try {
      return await underWay;
    } finally {
      this.#underWay.delete(href);
    }
  }

  private async fetch(url: URL, nowMs: number, outside: Outside): Promise<KeyObject> {
    this.#fetchedAtMs = this.#fetchedAtMs.filter((at) => at > nowMs - FETCHES_PER_MS && at <= nowMs);
    if (this.#fetchedAtMs.length >= FETCHES_MAX) throw new OutsideUnavailable('Too many certificates were asked for.');
    this.#fetchedAtMs.push(nowMs);
    const certificate = certificateIn(await outside.fetchText(url));
    const validToMs = Date.parse(certificate.validTo);
    if (!(Date.parse(certificate.validFrom) <= nowMs && nowMs <= validToMs)) {
      throw new OutsideUnavailable('The certificate is not valid at the moment.');
    }
    const key = certificate.publicKey;
    if (key.asymmetricKeyType !== 'rsa') throw new OutsideUnavailable('The certificate holds no RSA key.');
    const [oldest] = this.#known.keys();
    if (this.#known.size >= KNOWN_MAX && oldest !== undefined) this.#known.delete(oldest);
    this.#known.set(url.href, { key, validToMs });
    return key;
  }
}

function certificateIn(pem: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch (cause) {
    throw new OutsideUnavailable('What came is no certificate.', { cause });
  }
}
