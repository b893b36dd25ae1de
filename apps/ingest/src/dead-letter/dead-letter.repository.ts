import { createHash } from 'node:crypto';
import type { DeadLetter } from '@kelp/contract-ingest';
import { namePattern, uuidv7 } from '@kelp/resource';
import { Injectable } from '@nestjs/common';
import type { Database } from '../database.js';
import type { DeadLetter as Row } from '../generated/prisma/client.js';
import type { Unreadable } from '../providers/provider.js';
import { StorageUnavailable } from '../storage-unavailable.js';

/** What cannot be handled, as it came. */
export interface NewDeadLetter extends Unreadable {
  readonly payload: Uint8Array;
}

/** Which letters to take, oldest first. */
export interface DeadLetterSelection {
  readonly kind: number;
  readonly connection: string;
  /** Only these identifiers; all where empty. */
  readonly ids: readonly string[];
}

export interface DeadLetterPage {
  /** Only of this kind; of all where 0. */
  readonly kind: number;
  /** Only of this connection; of all where empty. */
  readonly connection: string;
  readonly size: number;
  /** The identifier of the last one of the page before. */
  readonly after?: string;
}

/** A letter as it lies in the table. */
export type StoredLetter = Row;

/** How many letters are kept: the latest ones. */
const LETTERS_MAX = 10_000;
export const PAYLOAD_BYTES_MAX = 64 * 1024;

const deadLetterName = namePattern('deadLetters/{deadLetter}');

/** Puts aside what cannot be handled. The same letter is kept once, so work on it can be repeated. */
@Injectable()
export class DeadLetterRepository {
  constructor(private readonly database: Database) {}

  /**
   * Resolves once they are durable.
   * @param connection its resource name, or an empty text
   * @throws StorageUnavailable
   */
  async put(connection: string, letters: readonly NewDeadLetter[]): Promise<void> {
    if (letters.length === 0) return;
    const createTime = new Date();
    const rows = letters.map(({ kind, problem, payload }) => ({
      deadLetterId: uuidv7(),
      digest: digestOf(kind, connection, payload),
      kind,
      connection,
      message: problem,
      payload: new Uint8Array(payload.subarray(0, PAYLOAD_BYTES_MAX)),
      createTime,
    }));
    try {
      await this.database.deadLetter.createMany({ data: rows, skipDuplicates: true });
      await this.forgetOldest();
    } catch (error) {
      throw new StorageUnavailable('Dead letters cannot be stored.', { cause: error });
    }
  }

  /** Latest first. */
  async list({ kind, connection, size, after }: DeadLetterPage): Promise<DeadLetter[]> {
    const rows = await this.database.deadLetter.findMany({
      where: {
        ...(kind !== 0 && { kind }),
        ...(connection && { connection }),
        ...(after && { deadLetterId: { lt: after } }),
      },
      orderBy: { deadLetterId: 'desc' },
      take: size,
    });
    return rows.map(toMessage);
  }

  /** Oldest first, of those that were there before `until`. */
  async oldest(
    { kind, connection, ids }: DeadLetterSelection,
    after: string,
    until: Date,
    size: number,
  ): Promise<StoredLetter[]> {
    return this.database.deadLetter.findMany({
      where: {
        ...(kind !== 0 && { kind }),
        ...(connection && { connection }),
        deadLetterId: { ...(after && { gt: after }), ...(ids.length > 0 && { in: [...ids] }) },
        createTime: { lte: until },
      },
      orderBy: { deadLetterId: 'asc' },
      take: size,
    });
  }

  /** Forgets what was handled. */
  async remove(ids: readonly string[]): Promise<void> {
    await this.database.deadLetter.deleteMany({ where: { deadLetterId: { in: [...ids] } } });
  }

  private async forgetOldest(): Promise<void> {
    await this.database.$executeRaw`
      delete from dead_letter where dead_letter_id <=
        (select dead_letter_id from dead_letter order by dead_letter_id desc offset ${LETTERS_MAX} limit 1)`;
  }
}

function digestOf(kind: number, connection: string, payload: Uint8Array): Uint8Array<ArrayBuffer> {
  const digest = createHash('sha256').update(`${kind} ${connection}\n`).update(payload).digest();
  return new Uint8Array(digest);
}

const toMessage = ({ deadLetterId, kind, connection, message, payload, createTime }: Row): DeadLetter => ({
  name: deadLetterName.format({ deadLetter: deadLetterId }),
  kind,
  connection,
  message,
  payload: Buffer.from(payload),
  createTime,
});
