import type { ClientBase, Connection, Submittable } from 'pg';

/** COPY … TO STDOUT. @returns all that it wrote */
export const copyOut = (client: ClientBase, sql: string): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    client.query(new RawCopy(sql, undefined, resolve, reject));
  });

/** COPY … FROM STDIN, of what `copyOut` gave: nothing has to be encoded. */
export const copyIn = (client: ClientBase, sql: string, data: Buffer): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    client.query(new RawCopy(sql, data, resolve, reject));
  });

interface CopyConnection extends Connection {
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
}

/** What `pg` drives instead of its own Query. */
class RawCopy implements Submittable {
  private readonly chunks: Buffer[] = [];

  constructor(
    private readonly sql: string,
    private readonly input: Buffer | undefined,
    private readonly resolve: (output: Buffer) => void,
    private readonly reject: (error: Error) => void,
  ) {}

  submit(connection: Connection): void {
    connection.query(this.sql);
  }

  handleCopyInResponse(connection: CopyConnection): void {
    connection.sendCopyFromChunk(this.input ?? Buffer.alloc(0));
    connection.endCopyFrom();
  }

  handleCopyData({ chunk }: { chunk: Buffer }): void {
    this.chunks.push(Buffer.from(chunk));
  }

  handleCommandComplete(): void {
    // ReadyForQuery follows.
  }

  handleError(error: Error): void {
    this.reject(error);
  }

  handleReadyForQuery(): void {
    this.resolve(Buffer.concat(this.chunks));
  }
}
