import type { Taken } from '../adapter.js';

/** PostgreSQL counts microseconds from here. */
const EPOCH_MS = Date.UTC(2000, 0, 1);
const MICROSECONDS_PER_MS = 1_000n;

/** Reads a row of the statement `take`, in PostgreSQL's binary format: each field behind its length. */
export function readTaken(row: Buffer): Taken {
  let offset = 2; // behind the count of fields
  const field = () => {
    const start = offset + 4;
    offset = start + row.readInt32BE(offset);
    return row.subarray(start, offset);
  };
  return {
    id: String(field().readBigInt64BE()),
    key: field().toString(),
    body: field(),
    attempt: field().readInt32BE(),
    enqueuedAt: new Date(EPOCH_MS + Number(field().readBigInt64BE() / MICROSECONDS_PER_MS)),
  };
}
