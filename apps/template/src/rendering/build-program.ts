import type { MergeProgram, SlottedText, Writing } from './merge-program.js';
import type { Place } from './place.js';

/** A merge field at one of its places. */
export interface PlacedField {
  readonly path: string;
  readonly place: Place;
}

/** A text, cut at its merge fields, of which each knows its place. */
export interface PlacedText {
  /** One more than there are fields. */
  readonly literals: readonly string[];
  readonly fields: readonly PlacedField[];
}

/** The program of a subject and a body: each merge field, and each way to write one, once. */
export function buildProgram(subject: PlacedText, html: PlacedText): MergeProgram {
  const all = [...subject.fields, ...html.fields];
  const fields = [...new Set(all.map(({ path }) => path))].sort();
  const indexOfField = new Map(fields.map((path, index) => [path, index]));
  const writings: Writing[] = [];
  const indexOfWriting = new Map<string, number>();
  const slotOf = ({ path, place }: PlacedField): number => {
    const key = `${place} ${path}`;
    const known = indexOfWriting.get(key);
    if (known !== undefined) return known;
    indexOfWriting.set(key, writings.length);
    return writings.push({ field: indexOfField.get(path)!, place }) - 1;
  };
  const slotted = ({ literals, fields: placed }: PlacedText): SlottedText => ({ literals, slots: placed.map(slotOf) });
  return { fields, subject: slotted(subject), html: slotted(html), writings };
}
