import { type Place, places } from './place.js';

/** The version of the stored form. A reader refuses the ones that it does not know. */
const FORMAT = 1;

/** A value in its written form: a merge field, by its index, and where it stands. */
export interface Writing {
  readonly field: number;
  readonly place: Place;
}

/** A text with slots in it. */
export interface SlottedText {
  /** What stands around the slots: one more than there are slots. */
  readonly literals: readonly string[];
  /** What goes into each slot: the index of a writing. */
  readonly slots: readonly number[];
}

/** A compiled template: all that merging needs. */
export interface MergeProgram {
  /** The paths of the merge fields, sorted, each once. */
  readonly fields: readonly string[];
  /** The values in their written forms, each once. */
  readonly writings: readonly Writing[];
  readonly subject: SlottedText;
  readonly html: SlottedText;
}

/**
 * The stored form of a program: JSON, `[format, fields, writings, subject, html]`, where a writing is `[field, place]`, and
 * a text's literals and slots take turns. Equal programs have equal forms.
 */
export function formatProgram({ fields, writings, subject, html }: MergeProgram): string {
  const pairs = writings.map(({ field, place }) => [field, place]);
  return JSON.stringify([FORMAT, fields, pairs, formatText(subject), formatText(html)]);
}

const formatText = ({ literals, slots }: SlottedText): (string | number)[] =>
  literals.flatMap((literal, index) => [literal, ...slots.slice(index, index + 1)]);

/** Reads a stored form. @throws where it is none, or one of another format */
export function parseProgram(form: string): MergeProgram {
  const parts = listOf(JSON.parse(form), (part) => part);
  const [format, fields, writings, subject, html] = parts;
  if (format !== FORMAT) throw new Error(`A compiled template has the unknown format ${format}.`);
  const paths = listOf(fields, text);
  const pairs = listOf(writings, (writing) => parseWriting(writing, paths.length));
  return {
    fields: paths,
    writings: pairs,
    subject: parseText(subject, pairs.length),
    html: parseText(html, pairs.length),
  };
}

function parseWriting(form: unknown, fields: number): Writing {
  const [field, place, ...rest] = listOf(form, (part) => part);
  const name = text(place);
  if (!isPlace(name) || rest.length > 0) throw corrupt();
  return { field: indexBelow(fields, field), place: name };
}

function parseText(form: unknown, writings: number): SlottedText {
  const literals: string[] = [];
  const slots: number[] = [];
  const parts = listOf(form, (part) => part);
  for (const [index, part] of parts.entries())
    if (index % 2 === 0) literals.push(text(part));
    else slots.push(indexBelow(writings, part));
  if (literals.length !== slots.length + 1) throw corrupt();
  return { literals, slots };
}

function listOf<T>(value: unknown, read: (item: unknown) => T): T[] {
  if (!Array.isArray(value)) throw corrupt();
  return value.map(read);
}

function text(value: unknown): string {
  if (typeof value !== 'string') throw corrupt();
  return value;
}

function indexBelow(length: number, value: unknown): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value >= length) throw corrupt();
  return value;
}

const isPlace = (name: string): name is Place => Object.hasOwn(places, name);

const corrupt = () => new Error('A compiled template is corrupt.');
