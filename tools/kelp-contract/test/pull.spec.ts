import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { EchoContract } from '@kelp/contract-echo';
import { type Call, GrpcController, type Running, type Service, serve } from '@kelp/rpc';
import { Code, StatusError } from '@kelp/status';
import { logger } from '@kelp/telemetry';
import { tlsOf } from '@kelp/testing';
import { Module } from '@nestjs/common';

const workspace = join(import.meta.dirname, '../../..');
const installed = join(workspace, 'node_modules');
const run = promisify(execFile);

const releases: string[] = [];

@GrpcController(EchoContract)
class EchoController implements Service<typeof EchoContract> {
  async echo({ text }: { text: string }, { metadata }: Call) {
    releases.push(`${metadata.get('kelp-contract')[0]}`);
    if (text === 'no') throw new StatusError(Code.ABORTED, 'NOT_ECHOED', 'No.', 'echo.kelp', { metadata: { text } });
    return { text };
  }

  async *echoCalls(requests: AsyncIterable<{ calls: { id: number; request?: { text: string } }[] }>) {
    for await (const { calls } of requests) {
      const results = calls.map(({ id, request }) => ({
        id,
        outcome: { $case: 'response' as const, value: { text: request?.text ?? '' } },
      }));
      yield { results, draining: undefined };
    }
  }
}

@Module({ controllers: [EchoController] })
class EchoModule {}

const MAIN = `
import { connectEcho, CallError } from './clients/echo/index.js';
const [target, ca, certificate, key] = process.argv.slice(2) as [string, string, string, string];
const echo = connectEcho({ target, tls: { ca, certificate, key } });
const { text } = await echo.echo({ text: 'hello' });
const refused = await echo.echo({ text: 'no' }).catch((error: unknown) => error);
const { reason, code, metadata } = refused as CallError;
const answers: string[] = [];
async function* requests() {
  for (let id = 1; id <= 300; id++) yield { calls: [{ id, request: { text: 'x'.repeat(200) + id } }] };
}
for await (const { results } of echo.echoCalls(requests())) {
  for (const { outcome } of results) if (outcome?.$case === 'response') answers.push(outcome.value.text);
  if (answers.length === 300) break;
}
// @ts-expect-error a text is no number
const wrong: number = text;
const late = await echo.echo({ text: 'x' }, { signal: AbortSignal.abort(new Error('too late')) }).catch(String);
console.log(JSON.stringify({ text, reason, code, metadata, answers: answers.length, last: answers.at(-1)?.slice(200), late }));
echo.close();
`;

const OPTIONS = {
  strict: true,
  noUncheckedIndexedAccess: true,
  noUnusedLocals: false,
  target: 'ES2023',
  module: 'nodenext',
  skipLibCheck: true,
  types: ['node'],
  outDir: 'dist',
  rootDir: 'src',
};

/** A folder with nothing but the packages that a client needs, and this one as npm would publish it. */
let folder: string;
let running: Running;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kelp-pull-'));
  const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', folder], {
    cwd: join(import.meta.dirname, '..'),
  });
  const [{ filename }] = JSON.parse(stdout);
  const own = join(folder, 'node_modules/kelp-contract');
  mkdirSync(own, { recursive: true });
  await run('tar', ['-xzf', join(folder, filename), '-C', own, '--strip-components=1']);
  for (const name of ['@bufbuild', '@grpc', '@types', 'ts-proto'])
    symlinkSync(join(installed, name), join(folder, 'node_modules', name));
  mkdirSync(join(folder, 'node_modules/.bin'));
  symlinkSync('../kelp-contract/main.mjs', join(folder, 'node_modules/.bin/kelp-contract'));
  mkdirSync(join(folder, 'src'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  running = await serve(EchoModule, {
    service: 'echo',
    address: '127.0.0.1:0',
    tls: await tlsOf('echo'),
    callers: ['mailer'],
    log: logger('echo', 'silent'),
  });
});
afterAll(async () => {
  await running.close();
  rmSync(folder, { recursive: true });
});

async function pull(...args: string[]) {
  return run('npx', ['--no-install', 'kelp-contract', 'pull', ...args], { cwd: folder });
}
const pemsOf = async (caller: string) => {
  const { ca, certificate, key } = await tlsOf(caller);
  return ['--ca', ca, '--cert', certificate, '--key', key];
};

describe('kelp-contract pull', () => {
  it('makes a client that compiles under strict, and works, from what a running service says of itself', async () => {
    const pems = await pemsOf('mailer');
    const { stdout: said } = await pull(`echo@${running.address}`, '--out', 'src/clients', ...pems);
    expect(said).toContain(`echo ${EchoContract.release.version}`);
    writeFileSync(join(folder, 'src/main.ts'), MAIN);
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: OPTIONS, include: ['src'] }));
    await run(process.execPath, [join(installed, 'typescript7/bin/tsc'), '-p', '.'], { cwd: folder }).catch((error) => {
      throw new Error(error.stdout);
    });
    const paths = [1, 3, 5].map((index) => pems[index]!);
    const { stdout } = await run(process.execPath, ['dist/main.js', running.address, ...paths], { cwd: folder });
    expect(JSON.parse(stdout)).toEqual({
      text: 'hello',
      reason: 'NOT_ECHOED',
      code: Code.ABORTED,
      metadata: { text: 'no' },
      answers: 300,
      last: '300',
      late: 'Error: too late',
    });
    const { version, hash } = EchoContract.release;
    expect(releases[0]).toBe(`${version} ${hash}`);
  });

  it('makes the same messages from a stored release', async () => {
    mkdirSync(join(folder, 'echo'));
    writeFileSync(join(folder, 'echo/1.2.0.binpb'), Buffer.from(EchoContract.descriptors, 'base64'));
    await pull('echo/1.2.0.binpb', '--out', 'src/stored');
    const index = readFileSync(join(folder, 'src/stored/echo/index.ts'), 'utf8');
    expect(index).toContain(`release = { version: '1.2.0', hash: '${EchoContract.release.hash}' }`);
    const messages = (where: string) => readFileSync(join(folder, where, 'echo/kelp/echo/v1/echo_service.ts'), 'utf8');
    expect(messages('src/stored')).toBe(messages('src/clients'));
  });

  it('replaces what it wrote, and nothing else', async () => {
    mkdirSync(join(folder, 'taken/echo'), { recursive: true });
    writeFileSync(join(folder, 'taken/echo/notes.txt'), 'mine');
    await expect(pull('echo/1.2.0.binpb', '--out', 'taken')).rejects.toThrow('holds something else');
    await pull('echo/1.2.0.binpb', '--out', 'src/stored');
  });

  it('tells how it is used', async () => {
    expect((await pull('--help')).stdout).toMatch(/^kelp-contract pull /);
  });

  it('says what is wrong', async () => {
    const pems = await pemsOf('mailer');
    const asking = (target: string, given = pems) => pull(target, '--out', 'x', ...given);
    await expect(asking('echo@127.0.0.1:1')).rejects.toThrow('connect ECONNREFUSED 127.0.0.1:1');
    await expect(asking(`mail@${running.address}`)).rejects.toThrow('mail at');
    await expect(asking(`echo@${running.address}`, [])).rejects.toThrow('--ca, --cert, --key missing');
    await expect(asking('echo@127.0.0.1:1', ['--target', 'x'])).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^Unknown option '--target'.*\n\nkelp-contract pull /),
    });
    await expect(asking('nothing.binpb')).rejects.toThrow('is not <service>/<version>.binpb');
  });
});
