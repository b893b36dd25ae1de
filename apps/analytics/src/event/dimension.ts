import { createHash } from 'node:crypto';
import type { Event } from '@kelp/contract-event';

/** What an event shares with many others: one row of the dimension table. */
export interface Dimension {
  /** The id, a hash of all the rest, as the eight bytes of a bigint. */
  readonly id: Buffer;
  readonly organizationId: Buffer;
  readonly connectionId: Buffer;
  readonly provider: number;
  /** Empty for mail of no known template. */
  readonly templateId: Buffer;
  readonly templateVersion: number;
  readonly locale: string;
  readonly variant: string;
  readonly campaign: string;
}

/** As many dimensions as a process keeps at hand; the rest are looked up again. */
const KNOWN_MAX = 100_000;

/** Tells each event's dimension, and remembers which dimensions are stored. */
export class Dimensions {
  private readonly stored = new Map<string, Dimension>();
  private readonly fresh = new Map<string, Dimension>();

  /** The dimension of an event: the same object for equal ones, as long as it is remembered. */
  of(event: Event): Dimension {
    const key = keyOf(event);
    const known = this.stored.get(key) ?? this.fresh.get(key);
    if (known) return known;
    const dimension = dimensionOf(event, key);
    this.fresh.set(key, dimension);
    return dimension;
  }

  /** The dimensions that `of` gave out and that nobody said are stored. */
  unstored(): Dimension[] {
    return [...this.fresh.values()];
  }

  /** To be called after a commit: before, another process could see an event whose dimension never came to be. */
  markStored(dimensions: readonly Dimension[]): void {
    if (this.stored.size + dimensions.length > KNOWN_MAX) this.stored.clear();
    const done = new Set(dimensions);
    for (const [key, dimension] of this.fresh) {
      if (!done.has(dimension)) continue;
      this.fresh.delete(key);
      this.stored.set(key, dimension);
    }
  }
}

/** Unambiguous: everything of variable length is preceded by its length, but for the last. */
function keyOf(event: Event): string {
  const { templateId, locale, variant } = event;
  return (
    `${event.provider},${event.templateVersion},${templateId.length},${locale.length},${variant.length},` +
    event.organizationId.toString('latin1') +
    event.connectionId.toString('latin1') +
    templateId.toString('latin1') +
    locale +
    variant +
    event.campaign
  );
}

const dimensionOf = (event: Event, key: string): Dimension => ({
  id: createHash('sha256').update(key).digest().subarray(0, 8),
  // Copies: the event's are slices of a whole frame, which would stay in memory with them.
  organizationId: Buffer.from(event.organizationId),
  connectionId: Buffer.from(event.connectionId),
  provider: event.provider,
  templateId: Buffer.from(event.templateId),
  templateVersion: event.templateVersion,
  locale: event.locale,
  variant: event.variant,
  campaign: event.campaign,
});
