import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FileDescriptorProto } from '@bufbuild/protobuf/wkt';
import { readAll } from '../image.mjs';

const protos = join(import.meta.dirname, '../../../proto');

/** A change of one file: what stands there, and what shall. */
export type Edit = readonly [file: string, from: string | RegExp, to: string];

/** What all contracts would be after these edits. */
export function edited(...edits: readonly Edit[]): FileDescriptorProto[] {
  const folder = mkdtempSync(join(tmpdir(), 'kelp-protos-'));
  try {
    cpSync(protos, join(folder, 'proto'), { recursive: true });
    for (const [file, from, to] of edits) {
      const path = join(folder, 'proto', file);
      const text = readFileSync(path, 'utf8');
      const changed = text.replace(from, to);
      if (changed === text) throw new Error(`${file} has no ${from}.`);
      writeFileSync(path, changed);
    }
    return readAll(join(folder, 'proto'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
