import { closeSync, openSync, readSync, renameSync, statSync } from 'node:fs';

const KEEP_BYTES = 20 * 1024 * 1024;
const TAIL_BYTES = 16 * 1024;

/** Moves a log that has grown large aside, to `<path>.1`. */
export function rotate(path: string): void {
  if (sizeOf(path) > KEEP_BYTES) renameSync(path, `${path}.1`);
}

/** How long a log is, in bytes; 0 where there is none. */
export const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

/** The last lines of a log, of those behind an offset. */
export function lastLines(path: string, count: number, offset = 0): string[] {
  const size = sizeOf(path);
  const start = Math.max(offset, size - TAIL_BYTES);
  if (start >= size) return [];
  const file = openSync(path, 'r');
  try {
    const buffer = Buffer.alloc(size - start);
    readSync(file, buffer, 0, buffer.length, start);
    return buffer.toString('utf8').trimEnd().split('\n').slice(-count);
  } finally {
    closeSync(file);
  }
}
