import type { Connection, PoolClient, Submittable } from 'pg';

/** A COPY … FROM STDIN, and all that it reads. */
export interface Copy {
  readonly sql: string;
  readonly data: Buffer;
}

/**
 * Runs some copies as one transaction in one round trip: statements and data are sent without waiting for an answer.
 * PostgreSQL runs several statements of one simple query as one transaction, and where one fails it skips the rest and
 * the data still to come. Settles once everything is committed, or nothing is.
 * @throws pg.DatabaseError, or the connection's error, after which the outcome is not known
 */
export const copyIn = (client: PoolClient, copies: readonly Copy[]): Promise<void> =>
  new Promise((resolve, reject) => {
    client.query(new CopyIn(copies, resolve, reject));
  });

/** What `pg` drives instead of its own Query. */
class CopyIn implements Submittable {
  constructor(
    private readonly copies: readonly Copy[],
    private readonly resolve: () => void,
    private readonly reject: (error: Error) => void,
  ) {}

  submit(connection: Connection): void {
    const { stream } = connection;
    stream.cork();
    connection.query(this.copies.map(({ sql }) => sql).join(';'));
    for (const { data } of this.copies) {
      stream.write(message('d', data.length));
      stream.write(data);
      stream.write(message('c', 0));
    }
    stream.uncork();
  }

  handleError(error: Error): void {
    this.reject(error);
  }

  handleReadyForQuery(): void {
    this.resolve();
  }

  handleCopyInResponse(): void {
    // The data is on its way already.
  }

  handleCommandComplete(): void {
    // Of one copy; ReadyForQuery follows the commit.
  }
}

/** The head of a message: its type and the length of what follows. */
function message(type: 'c' | 'd', bodyBytes: number): Buffer {
  const head = Buffer.allocUnsafe(5);
  head.write(type, 'latin1');
  head.writeInt32BE(bodyBytes + 4, 1);
  return head;
}
