import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { experimental } from '@grpc/grpc-js';
import type { Logger } from '@kelp/telemetry';

/** Where a service's certificates are: paths of PEM files. They may be replaced at any time. */
export interface Tls {
  /** The authorities that are trusted, one after another. */
  readonly ca: string;
  /** This service's certificate, with what leads to the authority. */
  readonly certificate: string;
  readonly key: string;
  /** How often to look whether the files have changed, in milliseconds: 10,000. */
  readonly refreshMs?: number;
}

export interface WatchedCertificates extends experimental.CertificateProvider {
  close(): void;
}

const REFRESH_MS = 10_000;

interface Loaded {
  readonly caCertificate: Buffer;
  readonly certificate: Buffer;
  readonly privateKey: Buffer;
}

/** @throws where a file is missing, or the key is another certificate's: as while they are being replaced */
function load({ ca, certificate, key }: Tls): Loaded {
  const loaded = {
    caCertificate: readFileSync(ca),
    certificate: readFileSync(certificate),
    privateKey: readFileSync(key),
  };
  if (!new X509Certificate(loaded.certificate).checkPrivateKey(createPrivateKey(loaded.privateKey)))
    throw new Error(`The key ${key} does not belong to the certificate ${certificate}.`);
  new X509Certificate(loaded.caCertificate);
  return loaded;
}

const equal = (a: Loaded, b: Loaded): boolean =>
  a.caCertificate.equals(b.caCertificate) && a.certificate.equals(b.certificate) && a.privateKey.equals(b.privateKey);

/**
 * Gives grpc-js the certificates in these files, and gives them anew when the files change. While they cannot be read,
 * or do not belong together, the last good ones stay: grpc-js's own watcher would drop every connection instead.
 * @throws at the start, where there are no good ones yet
 */
export function watchCertificates(tls: Tls, log?: Logger): WatchedCertificates {
  const caListeners = new Set<experimental.CaCertificateUpdateListener>();
  const identityListeners = new Set<experimental.IdentityCertificateUpdateListener>();
  let current = load(tls);
  const refresh = () => {
    let next: Loaded;
    try {
      next = load(tls);
    } catch (error) {
      log?.warn({ err: error }, 'kept the certificates, as the new ones cannot be used');
      return;
    }
    if (equal(current, next)) return;
    current = next;
    for (const listener of caListeners) listener(current);
    for (const listener of identityListeners) listener(current);
    log?.info({ validTo: new X509Certificate(current.certificate).validTo }, 'took over new certificates');
  };
  const timer = setInterval(refresh, tls.refreshMs ?? REFRESH_MS).unref();
  return {
    addCaCertificateListener: (listener) => {
      caListeners.add(listener);
      process.nextTick(listener, current);
    },
    removeCaCertificateListener: (listener) => caListeners.delete(listener),
    addIdentityCertificateListener: (listener) => {
      identityListeners.add(listener);
      process.nextTick(listener, current);
    },
    removeIdentityCertificateListener: (listener) => identityListeners.delete(listener),
    close: () => clearInterval(timer),
  };
}
