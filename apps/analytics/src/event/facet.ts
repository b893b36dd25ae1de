import { createHash } from 'node:crypto';

/** What counts are told apart by besides the dimension, by the number of their kind. See SQL function `facet_values`. */
export const FacetKind = { domain: 1, country: 2, device: 3, client: 4, link: 5, tag: 6 } as const;
export type FacetKind = (typeof FacetKind)[keyof typeof FacetKind];

/** One value of one kind: one row of table facet. */
export interface Facet {
  /** A hash of the rest, as the eight bytes of a bigint; the lowest four bits are the kind. */
  readonly id: Buffer;
  /** The same as text. */
  readonly idText: string;
  readonly kind: FacetKind;
  readonly value: string;
}

/** As many as a process keeps at hand; the rest are made again. */
const KNOWN_MAX = 100_000;

/** The id of a value. SQL function `facet_id` says the same. */
export function facetId(kind: FacetKind, value: string): bigint {
  const bits = createHash('sha256').update(`${kind}:${value}`).digest().readBigInt64BE();
  return (bits & ~15n) | BigInt(kind);
}

/** A link without what may be personal: its query and its fragment. */
export function linkOf(url: string): string {
  const end = url.search(/[?#]/);
  return end === -1 ? url : url.slice(0, end);
}

/** Tells each value's facet, and remembers which are stored. */
export class Facets {
  private readonly byValue = new Map<number, Map<string, Facet>>();
  private size = 0;
  private readonly fresh = new Set<Facet>();

  /** The facet of a value: the same object for equal ones, as long as it is remembered. */
  of(kind: FacetKind, value: string): Facet {
    const ofKind = this.byValue.get(kind) ?? new Map<string, Facet>();
    this.byValue.set(kind, ofKind);
    const known = ofKind.get(value);
    if (known) return known;
    const stored = storable(value);
    const id = facetId(kind, stored);
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64BE(id);
    const facet: Facet = { id: bytes, idText: String(id), kind, value: stored };
    ofKind.set(value, facet);
    this.size += 1;
    this.fresh.add(facet);
    return facet;
  }

  /** The facets that `of` gave out and that nobody said are stored. */
  unstored(): Facet[] {
    return [...this.fresh];
  }

  /** To be called after a commit. */
  markStored(facets: readonly Facet[]): void {
    for (const facet of facets) this.fresh.delete(facet);
    if (this.size <= KNOWN_MAX) return;
    this.byValue.clear();
    this.size = 0;
  }
}

/** As PostgreSQL gets it. */
const storable = (text: string): string => text.replaceAll('\0', '\ufffd');
