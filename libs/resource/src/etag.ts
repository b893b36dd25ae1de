import { createHash } from 'node:crypto';

/** The etag of a resource at one of its states: `W/` is not needed, as equal etags mean equal resources. */
export const etagOf = (name: string, revision: bigint | number | string): string =>
  createHash('sha256').update(`${name}\n${revision}`).digest('base64url').slice(0, 16);
