import 'reflect-metadata'; // what makes certificates needs it
import { webcrypto } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import {
  BasicConstraintsExtension,
  SubjectAlternativeNameExtension,
  type X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';
import { download } from '../src/outside/download.js';
import type { Outside } from '../src/providers/provider.js';

const EC = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const RSA = {
  name: 'RSASSA-PKCS1-v1_5',
  modulusLength: 2048,
  publicExponent: new Uint8Array([1, 0, 1]),
  hash: 'SHA-256',
};

const keysOf = async (algorithm: typeof EC | typeof RSA) =>
  (await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])) as webcrypto.CryptoKeyPair;

async function pemOf({ privateKey }: webcrypto.CryptoKeyPair): Promise<string> {
  const der = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', privateKey));
  return `-----BEGIN PRIVATE KEY-----\n${der.toString('base64').replace(/.{64}/g, '$&\n')}\n-----END PRIVATE KEY-----\n`;
}

const validity = (days = 1) => ({
  notBefore: new Date(Date.now() - 2 * 86_400_000),
  notAfter: new Date(Date.now() + days * 86_400_000),
});

/** A certificate of Amazon SNS and the key with which it signs. */
export async function makeSigner(days = 1) {
  const keys = await keysOf(RSA);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: 'CN=sns.amazonaws.com',
    keys,
    signingAlgorithm: RSA,
    ...validity(days),
  });
  return { certificate: certificate.toString('pem'), privateKey: await pemOf(keys) };
}

/** Any answer of the server. */
export interface Page {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body: string | Buffer;
}

/**
 * Amazon on this machine: a TLS server with a certificate for the names that it is asked for by, from an authority of its own. What it is asked
 * with is what asks the real one; only the address and the authority are other ones.
 */
export class FakeAmazon implements Outside {
  readonly visits: string[] = [];
  /** By path and query; `undefined` never answers. */
  readonly pages = new Map<string, Page | undefined>();

  private constructor(
    private readonly server: Server,
    readonly ca: string,
  ) {
    server.on('request', (request, response) => {
      const path = request.url ?? '';
      this.visits.push(path);
      if (!this.pages.has(path)) return void response.writeHead(404).end();
      const page = this.pages.get(path);
      if (page) response.writeHead(page.status ?? 200, page.headers).end(page.body);
    });
  }

  /** @param host for which its certificate is */
  static async start(host = 'sns.eu-central-1.amazonaws.com'): Promise<FakeAmazon> {
    const [authorityKeys, keys] = [await keysOf(EC), await keysOf(EC)];
    const authority: X509Certificate = await X509CertificateGenerator.createSelfSigned({
      name: 'CN=Authority of the test',
      keys: authorityKeys,
      signingAlgorithm: EC,
      ...validity(),
      extensions: [new BasicConstraintsExtension(true, 0, true)],
    });
    const certificate = await X509CertificateGenerator.create({
      subject: `CN=${host}`,
      issuer: authority.subject,
      publicKey: keys.publicKey,
      signingKey: authorityKeys.privateKey,
      signingAlgorithm: EC,
      ...validity(),
      extensions: [new SubjectAlternativeNameExtension([{ type: 'dns', value: host }])],
    });
    const server = createServer({ key: await pemOf(keys), cert: certificate.toString('pem') });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new FakeAmazon(server, authority.toString('pem'));
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  fetchText(url: URL): Promise<string> {
    const signal = AbortSignal.timeout(2_000);
    return download({ url, address: '127.0.0.1', port: this.port, bytesMax: 64 * 1024, signal, ca: this.ca });
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}
