import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TestContract } from '@kelp/contract-grpc';
import { Code } from '@kelp/status';
import { ensureCertificates, eventually, type TlsFiles, tlsFilesIn } from '@kelp/testing';
import { client, connect } from '../src/index.js';
import { type TestStack, testStack } from './test-service.js';

let folder: string;
let stack: TestStack;
let served: TlsFiles;
const authority = async (name: string) => {
  await ensureCertificates(join(folder, name), ['tested', 'caller']);
  return (who: string) => tlsFilesIn(join(folder, name), who);
};

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kelp-certificates-'));
  const files = (await authority('old'))('tested');
  served = { ca: join(folder, 'ca.pem'), certificate: join(folder, 'tls.pem'), key: join(folder, 'tls.key') };
  serve(files);
  stack = await testStack({ tls: { ...served, refreshMs: 50 } });
});
afterEach(async () => {
  await stack.close();
  rmSync(folder, { recursive: true });
});

/** Replaces what the server reads. */
function serve({ ca, certificate, key }: TlsFiles): void {
  copyFileSync(ca, served.ca);
  copyFileSync(certificate, served.certificate);
  copyFileSync(key, served.key);
}

async function call(tls: TlsFiles): Promise<void> {
  const channel = connect({ target: stack.running.address, service: 'tested', tls });
  try {
    await client(TestContract, channel).emptyCall({}, { deadlineMs: 2_000 });
  } finally {
    channel.close();
  }
}

it('moves to another authority without a restart: both trusted, then new certificates, then the old one is gone', async () => {
  const [oldTls, newTls] = [await authority('old'), await authority('new')];
  await call(oldTls('caller'));
  await expect(call(newTls('caller'))).rejects.toMatchObject({ code: Code.UNAVAILABLE });

  const both = join(folder, 'both.pem');
  writeFileSync(both, readFileSync(oldTls('tested').ca, 'utf8') + readFileSync(newTls('tested').ca, 'utf8'));
  serve({ ...newTls('tested'), ca: both });
  await eventually(() => call(newTls('caller')), { timeoutMs: 15_000 });
  await call({ ...oldTls('caller'), ca: both });

  serve(newTls('tested'));
  await eventually(
    () => expect(call({ ...oldTls('caller'), ca: both })).rejects.toMatchObject({ name: 'StatusError' }),
    {
      timeoutMs: 15_000,
    },
  );
  await call(newTls('caller'));
});

it('keeps the certificates it has while the new ones cannot be used', async () => {
  const [oldTls, newTls] = [await authority('old'), await authority('new')];
  copyFileSync(newTls('tested').key, served.key); // half replaced
  await new Promise((resolve) => setTimeout(resolve, 200));
  await call(oldTls('caller'));
  writeFileSync(served.certificate, 'no certificate');
  await new Promise((resolve) => setTimeout(resolve, 200));
  await call(oldTls('caller'));
});
