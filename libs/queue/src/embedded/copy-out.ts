import type { Connection, PoolClient, Submittable } from 'pg';

/** "PGCOPY", some bytes that broken transports would change, no flags, no extension. */
const HEADER_BYTES = 19;
const TRAILER = -1;

/**
 * Runs a `copy … to stdout (format binary)` and gives its rows, each as its count of fields and the fields.
 * @throws pg.DatabaseError, or the connection's error
 */
export const copyOut = (client: PoolClient, text: string): Promise<Buffer[]> =>
  new Promise((resolve, reject) => {
    client.query(new CopyOut(text, resolve, reject));
  });

/** What `pg` drives instead of its own Query. */
class CopyOut implements Submittable {
  private readonly rows: Buffer[] = [];
  private isFirst = true;
  /** Set, and called to stop its clock, by `pg` where a query may take only so long. */
  callback?: (error?: Error) => void;

  constructor(
    private readonly text: string,
    private readonly resolve: (rows: Buffer[]) => void,
    private readonly reject: (error: Error) => void,
  ) {}

  submit(connection: Connection): void {
    connection.query(this.text);
  }

  /** PostgreSQL sends each row in a message of its own, the first one behind the header. */
  handleCopyData({ chunk }: { chunk: Buffer }): void {
    const row = chunk.subarray(this.isFirst ? HEADER_BYTES : 0);
    this.isFirst = false;
    // A copy, as `pg` reads the next messages into the same memory.
    if (row.readInt16BE(0) !== TRAILER) this.rows.push(Buffer.from(row));
  }

  handleError(error: Error): void {
    this.callback?.(error);
    this.reject(error);
  }

  handleCommandComplete(): void {
    // ReadyForQuery follows the commit.
  }

  handleReadyForQuery(): void {
    this.callback?.();
    this.resolve(this.rows);
  }
}
