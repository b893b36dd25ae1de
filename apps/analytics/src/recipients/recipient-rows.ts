import type { Event } from '@kelp/contract-event';
import { CopyEncoder } from '../event/copy-encoder.js';
import type { Dimension } from '../event/dimension.js';
import { dayOf } from '../event/event-time.js';
import { actionsOf } from './recipient-actions.js';

/** In the order in which `encode` writes them. */
const COLUMNS = 'dimension_ids, days, actions, sizes, hashes';
const COLUMN_COUNT = COLUMNS.split(',').length;

export const COPY_RECIPIENTS = `copy recipient_pending (${COLUMNS}) from stdin (format binary)`;

/** How much of a recipient's hash is looked at: two of a billion recipients are taken for one with a chance of 3 %. */
export const HASH_BYTES = 8;
/** Leaves room for the action beside the day in one number. */
const ACTIONS = 8;

interface Judged {
  readonly dimension: Dimension;
  readonly actor: number;
}

/** Who did what by some events: one row of table recipient_pending. */
export class RecipientRows {
  private readonly byDimension = new Map<Dimension, Map<number, Buffer[]>>();
  private hashes = 0;

  add(event: Event, { dimension, actor }: Judged): void {
    for (const action of actionsOf(event, actor)) {
      const cells = this.byDimension.get(dimension) ?? new Map<number, Buffer[]>();
      this.byDimension.set(dimension, cells);
      const key = dayOf(event.eventId) * ACTIONS + action;
      const cell = cells.get(key);
      if (cell) cell.push(event.recipientHash);
      else cells.set(key, [event.recipientHash]);
      this.hashes += 1;
    }
  }

  /** @returns nothing where nobody did anything */
  encode(): Buffer | undefined {
    if (this.hashes === 0) return undefined;
    const cells = [...this.byDimension].flatMap(([dimension, byKey]) =>
      [...byKey].map(([key, hashes]) => ({ dimension, key, hashes })),
    );
    const hashes = Buffer.allocUnsafe(this.hashes * HASH_BYTES);
    let at = 0;
    for (const cell of cells) {
      for (const hash of cell.hashes) at += hash.copy(hashes, at, 0, HASH_BYTES);
    }
    const row = new CopyEncoder(1024 + hashes.length + cells.length * 40);
    row.row(COLUMN_COUNT);
    row.int8Array(cells.map(({ dimension }) => dimension.id));
    row.int4Array(cells.map(({ key }) => Math.floor(key / ACTIONS)));
    row.int2Array(cells.map(({ key }) => key % ACTIONS));
    row.int4Array(cells.map((cell) => cell.hashes.length));
    row.bytes(hashes);
    return row.finish();
  }
}
