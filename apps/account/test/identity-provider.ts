import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, RequestListener } from 'node:http';
import { createServer, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tlsOf } from '@kelp/testing';
import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from 'jose';
import Provider from 'oidc-provider';
import { callbackUrl } from './start-account.js';

export const client = { clientId: 'kelp', clientSecret: 'what only the provider and Kelp know' };

/** Somebody whom an identity provider knows. */
export interface Person {
  readonly email?: string;
  readonly email_verified?: boolean;
  readonly name?: string;
}

/** Something on this machine that speaks HTTPS, with a certificate of the tests' authority. */
export interface HttpsServer {
  readonly issuer: string;
  readonly ca: string;
  close(): Promise<void>;
}

/** @param serve makes what answers, once it is known where */
export async function startHttps(serve: (issuer: string) => RequestListener): Promise<HttpsServer> {
  const files = await tlsOf('identity-provider');
  const [ca, cert, key] = await Promise.all(
    [files.ca, files.certificate, files.key].map((file) => readFile(file, 'utf8')),
  );
  let listener: RequestListener = () => undefined;
  const server = createServer({ cert: cert!, key: key! }, (incoming, outgoing) => void listener(incoming, outgoing));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `https://localhost:${(server.address() as AddressInfo).port}`;
  listener = serve(issuer);
  const close = async () => {
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  };
  return { issuer, ca: ca!, close };
}

/** A real identity provider, which knows these people by their names. */
export const startProvider = (people: Readonly<Record<string, Person>>): Promise<HttpsServer> => {
  // It says at length that it is set up for tests.
  console.warn = console.info = () => undefined;
  return startHttps((issuer) => {
    const provider = new Provider(issuer, {
      clients: [{ client_id: client.clientId, client_secret: client.clientSecret, redirect_uris: [callbackUrl] }],
      claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
      cookies: { keys: ['a key of the test'] },
      findAccount: (_context: unknown, id: string) => ({
        accountId: id,
        claims: () => ({ sub: id, ...people[id] }),
      }),
    });
    return provider.callback();
  });
};

/**
 * What a person does with a browser: goes where they are sent, says who they are, and agrees.
 * @returns what stands behind the `?` where they come back to
 */
export async function browse(start: string, ca: string, login: string): Promise<string> {
  const cookies = new Map<string, string>();
  const ask = async (url: URL, form?: string): Promise<IncomingMessage> => {
    const sent = request(url, {
      ca,
      agent: false,
      method: form === undefined ? 'GET' : 'POST',
      headers: {
        cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        ...(form !== undefined && { 'content-type': 'application/x-www-form-urlencoded' }),
      },
    });
    sent.end(form);
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];
    for (const cookie of answer.headers['set-cookie'] ?? []) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      cookies.set(name, value);
    }
    answer.resume();
    return answer;
  };
  let url = new URL(start);
  let prompt = 'login';
  for (let step = 0; step < 20; step++) {
    let answer = await ask(url);
    if (answer.statusCode === 200) {
      answer = await ask(url, `prompt=${prompt}&login=${encodeURIComponent(login)}&password=x`);
      prompt = 'consent';
    }
    if (!answer.headers.location) throw new Error(`The provider answered ${answer.statusCode} at ${url.pathname}.`);
    url = new URL(answer.headers.location, url);
    if (url.href.startsWith(callbackUrl)) return url.search.slice(1);
  }
  throw new Error('The provider goes in circles.');
}

/** What a provider that lies says instead of the truth. */
export interface Lie {
  readonly claims?: object;
  readonly header?: object;
  readonly signedByAnother?: boolean;
  readonly unsigned?: boolean;
  /** What it says that it is. */
  readonly metadata?: object;
  /** Instead of tokens. */
  readonly answer?: object;
}

/** A provider that says whatever the test wants: nobody has to sign in there. */
export async function startLiar(): Promise<HttpsServer & { lie: Lie; nonce: string }> {
  const keys = await generateKeyPair('EdDSA', { extractable: true });
  const others = await generateKeyPair('EdDSA');
  const jwk = { ...(await exportJWK(keys.publicKey)), kid: 'k', alg: 'EdDSA', use: 'sig' };
  const liar = { lie: {} as Lie, nonce: '' };
  const tokenOf = async (issuer: string): Promise<string> => {
    const { claims, header, signedByAnother, unsigned } = liar.lie;
    const now = Math.floor(Date.now() / 1_000);
    const { nonce } = liar;
    const truth = {
      iss: issuer,
      aud: client.clientId,
      sub: 'ann',
      email: 'ann@liar.example',
      iat: now,
      exp: now + 60,
      nonce,
    };
    const key: CryptoKey = signedByAnother ? others.privateKey : keys.privateKey;
    const token = await new SignJWT({ ...truth, ...claims })
      .setProtectedHeader({ alg: 'EdDSA', kid: 'k', ...header })
      .sign(key);
    if (!unsigned) return token;
    return `${Buffer.from('{"alg":"none"}').toString('base64url')}.${token.split('.')[1]}.`;
  };
  const server = await startHttps((issuer) => async ({ url }, response) => {
    const answers: Record<string, () => object | Promise<object>> = {
      '/.well-known/openid-configuration': () => ({
        issuer,
        authorization_endpoint: `${issuer}/auth`,
        token_endpoint: `${issuer}/token`,
        jwks_uri: `${issuer}/jwks`,
        response_types_supported: ['code'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['EdDSA'],
        ...liar.lie.metadata,
      }),
      '/jwks': () => ({ keys: [jwk] }),
      '/token': async () =>
        liar.lie.answer ?? { access_token: 'a', token_type: 'Bearer', expires_in: 60, id_token: await tokenOf(issuer) },
    };
    const answer = answers[url ?? ''];
    response.writeHead(answer ? 200 : 404, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer ? await answer() : {}));
  });
  return Object.assign(liar, server);
}
