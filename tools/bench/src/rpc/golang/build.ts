import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { GO_SOURCE } from '../folders.js';
import { generatedFiles, generatorRequests } from './generator-request.js';

/** Where Debian's packages of Go libraries put their sources. */
const DEBIAN_PATH = '/usr/share/gocode';

/** Go's gRPC cannot be compared here. Says why. */
export class NoGo extends Error {
  override readonly name = 'NoGo';
}

/**
 * Builds the contestant in Go, of Debian's packages golang-go and golang-google-grpc-dev, without a network.
 * @param folder takes the generated code and the program
 * @returns the program
 * @throws NoGo where the packages are missing
 */
export async function buildGo(folder: string): Promise<string> {
  const env = { ...process.env, GO111MODULE: 'off', GOPATH: `${folder}:${DEBIAN_PATH}`, GOFLAGS: '', CGO_ENABLED: '0' };
  const go = async (...args: string[]) => {
    try {
      await promisify(execFile)('go', args, { env });
    } catch (error) {
      const { code, stderr = '' } = error as { code?: unknown; stderr?: string };
      if (code === 'ENOENT' || stderr.includes('cannot find package'))
        throw new NoGo('Go is left out: it takes the Debian packages golang-go and golang-google-grpc-dev.');
      throw error;
    }
  };
  const plugin = join(folder, 'protoc-gen-go');
  await go('build', '-o', plugin, 'github.com/golang/protobuf/protoc-gen-go');
  for (const request of generatorRequests()) {
    for (const [path, content] of generatedFiles(await run(plugin, request))) {
      const target = join(folder, 'src', path);
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, content);
    }
  }
  const main = join(folder, 'src/bench/main');
  mkdirSync(main);
  copyFileSync(GO_SOURCE, join(main, 'main.go'));
  const program = join(folder, 'go-peer');
  await go('build', '-o', program, 'bench/main');
  return program;
}

async function run(program: string, input: Uint8Array): Promise<Uint8Array> {
  const child = spawn(program, { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(input);
  const [output, [code]] = await Promise.all([buffer(child.stdout), once(child, 'close')]);
  if (code !== 0) throw new Error(`${program} failed with status ${code}.`);
  return output;
}
