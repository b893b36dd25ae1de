import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { SampleProof } from '@kelp/webhook-samples';

/** A connection that was made for samples, and what signs for it. */
export interface OwnConnection {
  /** `organizations/{organization}/connections/{connection}`. */
  readonly name: string;
  readonly proof: SampleProof;
}

/** Undefined where there is no such file. */
export function readOwn(path: string): OwnConnection | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as OwnConnection;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** It holds secrets, so it is nobody else's to read. */
export function writeOwn(path: string, own: OwnConnection): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeFileSync(path, JSON.stringify(own), { mode: 0o600 });
}
