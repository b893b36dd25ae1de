import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, createServer, type TLSSocket } from 'node:tls';
import { ensureCertificates, type TlsFiles, tlsFilesIn } from '../src/certificates.js';
import { tlsOf } from '../src/tls-of.js';

const read = ({ ca, certificate, key }: TlsFiles) => ({
  ca: readFileSync(ca),
  cert: readFileSync(certificate),
  key: readFileSync(key),
});

/** Who the two ends of a connection take each other for. */
async function shakeHands(server: TlsFiles, client: TlsFiles, servername: string) {
  const listening = createServer({ ...read(server), requestCert: true, rejectUnauthorized: true });
  const accepted = new Promise<TLSSocket>((resolve, reject) => {
    listening.once('secureConnection', resolve).once('tlsClientError', reject);
  });
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  const address = listening.address();
  if (!address || typeof address === 'string') throw new Error('It does not listen.');
  const socket = connect({ ...read(client), host: '127.0.0.1', port: address.port, servername });
  try {
    const connected = new Promise((resolve, reject) => socket.once('secureConnect', resolve).once('error', reject));
    const [peer] = await Promise.all([accepted, connected]);
    return { server: socket.getPeerCertificate().subject.CN, client: peer.getPeerCertificate() };
  } finally {
    socket.destroy();
    listening.close();
  }
}

describe('certificates', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'kelp-certificates-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('let two services prove to each other who they are', async () => {
    const [account, ingest] = await Promise.all([tlsOf('account'), tlsOf('ingest')]);
    const peers = await shakeHands(account, ingest, 'account');
    expect(peers.server).toBe('account');
    expect(peers.client.subject.CN).toBe('ingest');
    expect(peers.client.subjectaltname).toContain('URI:spiffe://kelp/service/ingest');
  });

  it('name the service, localhost and 127.0.0.1, and nothing else', async () => {
    const tls = await tlsOf('account');
    await expect(shakeHands(tls, tls, 'localhost')).resolves.toMatchObject({ server: 'account' });
    await expect(shakeHands(tls, tls, 'analytics')).rejects.toThrow(/Hostname\/IP does not match/);
  });

  it('are of no use with another authority', async () => {
    await ensureCertificates(folder, ['ingest']);
    const stranger = { ...tlsFilesIn(folder, 'ingest'), ca: (await tlsOf('account')).ca };
    await expect(shakeHands(await tlsOf('account'), stranger, 'account')).rejects.toThrow();
  });

  it('keep private keys from other users', async () => {
    await ensureCertificates(folder, ['account']);
    const modes = readdirSync(folder)
      .filter((file) => file.endsWith('.key'))
      .map((file) => statSync(join(folder, file)).mode & 0o777);
    expect(modes).toEqual([0o600, 0o600]);
  });

  it('stay as they are while they are good', async () => {
    expect(await ensureCertificates(folder, ['account', 'ingest'])).toEqual(['account', 'ingest']);
    expect(await ensureCertificates(folder, ['account', 'ingest', 'template'])).toEqual(['template']);
  });

  it('are made anew within 7 days of their end', async () => {
    await ensureCertificates(folder, ['account']);
    const dayMs = 86_400_000;
    expect(await ensureCertificates(folder, ['account'], Date.now() + 82 * dayMs)).toEqual([]);
    expect(await ensureCertificates(folder, ['account'], Date.now() + 84 * dayMs)).toEqual(['account']);
  });

  it.each([
    ['were cut off', () => writeFileSync(tlsFilesIn(folder, 'account').certificate, '-----BEGIN')],
    ['lost their authority', () => rmSync(join(folder, 'ca.key'))],
  ])('are made anew where they %s', async (_how, spoil) => {
    await ensureCertificates(folder, ['account']);
    spoil();
    expect(await ensureCertificates(folder, ['account'])).toEqual(['account']);
  });
});
