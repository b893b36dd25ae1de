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
  /** Empty where it is not known. */
  readonly workspaceId: Buffer;
}

/** As many dimensions as a process keeps at hand; the rest are looked up again. */
const KNOWN_MAX = 100_000;
/** Of one hash: a sender who knows it could make any number, and every event would pay for them. */
const ALIKE_MAX = 16;

/** Tells each event's dimension, and remembers which dimensions are stored. */
export class Dimensions {
  private readonly byHash = new Map<number, Dimension[]>();
  private size = 0;
  private readonly fresh = new Set<Dimension>();

  /** The dimension of an event: the same object for equal ones, as long as it is remembered. */
  of(event: Event): Dimension {
    const hash = hashOf(event);
    const alike = this.byHash.get(hash);
    const known = alike?.find((dimension) => isOf(event, dimension));
    if (known) return known;
    const dimension = dimensionOf(event);
    if (alike && alike.length < ALIKE_MAX) alike.push(dimension);
    else this.byHash.set(hash, [dimension]);
    this.size += 1;
    this.fresh.add(dimension);
    return dimension;
  }

  /** The dimensions that `of` gave out and that nobody said are stored. */
  unstored(): Dimension[] {
    return [...this.fresh];
  }

  /** To be called after a commit: before, another process could see an event whose dimension never came to be. */
  markStored(dimensions: readonly Dimension[]): void {
    for (const dimension of dimensions) this.fresh.delete(dimension);
    if (this.size <= KNOWN_MAX) return;
    this.byHash.clear();
    this.size = 0;
  }
}

/** Cheap, as every event pays for it: the last bytes of an identifier are those that differ. */
function hashOf(event: Event): number {
  let hash = Math.imul(event.templateVersion, 0x9e3779b1) ^ event.provider;
  for (const id of [event.organizationId, event.connectionId, event.templateId, event.workspaceId]) {
    hash = Math.imul(hash, 31) + (id.length === 0 ? 0 : id.readInt32BE(id.length - 4));
  }
  for (const text of [event.locale, event.variant, event.campaign]) {
    for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash, 31) + text.charCodeAt(index);
  }
  return hash | 0;
}

const isOf = (event: Event, dimension: Dimension): boolean =>
  event.templateVersion === dimension.templateVersion &&
  event.provider === dimension.provider &&
  event.locale === dimension.locale &&
  event.variant === dimension.variant &&
  event.campaign === dimension.campaign &&
  isSame(event.templateId, dimension.templateId) &&
  isSame(event.workspaceId, dimension.workspaceId) &&
  isSame(event.connectionId, dimension.connectionId) &&
  isSame(event.organizationId, dimension.organizationId);

function isSame(one: Buffer, other: Buffer): boolean {
  if (one.length !== other.length) return false;
  for (let index = 0; index < one.length; index += 1) if (one[index] !== other[index]) return false;
  return true;
}

const dimensionOf = (event: Event): Dimension => ({
  id: createHash('sha256').update(tellingText(event)).digest().subarray(0, 8),
  // Copies: the event's are slices of a whole frame, which would stay in memory with them.
  organizationId: Buffer.from(event.organizationId),
  connectionId: Buffer.from(event.connectionId),
  provider: event.provider,
  templateId: Buffer.from(event.templateId),
  templateVersion: event.templateVersion,
  locale: event.locale,
  variant: event.variant,
  campaign: event.campaign,
  workspaceId: Buffer.from(event.workspaceId),
});

/** Equal for equal combinations only: everything of variable length is preceded by its length, but for the last. */
const tellingText = ({ templateId, locale, variant, workspaceId, ...event }: Event): string =>
  // No number begins like that, so that the ids of mail without a workspace are what they were before there were any.
  (workspaceId.length > 0 ? `workspace ${workspaceId.toString('latin1')}` : '') +
  `${event.provider},${event.templateVersion},${templateId.length},${locale.length},${variant.length},` +
  event.organizationId.toString('latin1') +
  event.connectionId.toString('latin1') +
  templateId.toString('latin1') +
  locale +
  variant +
  event.campaign;
