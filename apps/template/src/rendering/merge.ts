import type { FieldViolation } from '@kelp/status';
import type { MergeProgram, SlottedText } from './merge-program.js';
import { places } from './place.js';
import { missingMergeFields, RENDER_BYTES_MAX, renderTooLarge } from './rendering.errors.js';
import { textOf, valueAt } from './value.js';

/** A message for one recipient. */
export interface Rendered {
  readonly subject: string;
  readonly html: string;
}

export interface MergeOptions {
  /** Refuses, naming them all, where merge fields would print nothing. An empty text is a value. */
  readonly strict: boolean;
}

/**
 * Fills a compiled template with one recipient's values: texts, numbers, `true` and `false`, each written for the place
 * where it stands. Whatever else the data holds, or lacks, prints nothing. It takes time in proportion to the program
 * and the data, whatever they are.
 * @throws MISSING_MERGE_FIELDS, RENDER_TOO_LARGE
 */
export function merge(program: MergeProgram, data: unknown, { strict }: MergeOptions): Rendered {
  const values = program.fields.map((path) => valueAt(data, path));
  const texts = values.map(textOf);
  const written = program.writings.map(({ field, place }) => {
    const text = texts[field];
    return text === undefined ? undefined : places[place](text);
  });
  if (strict && written.includes(undefined)) throw missingMergeFields(unwritten(program, values, texts, written));
  const lengthMax = [program.subject, program.html].reduce((sum, text) => sum + lengthOf(text, written), 0);
  // A character is one to three bytes a UTF-16 unit, so most sizes are known without counting.
  if (lengthMax > RENDER_BYTES_MAX) throw renderTooLarge();
  const rendered = { subject: fill(program.subject, written), html: fill(program.html, written) };
  if (lengthMax * 3 > RENDER_BYTES_MAX && bytesOf(rendered) > RENDER_BYTES_MAX) throw renderTooLarge();
  return rendered;
}

type Written = readonly (string | undefined)[];

function lengthOf({ literals, slots }: SlottedText, written: Written): number {
  let length = 0;
  for (const literal of literals) length += literal.length;
  for (const slot of slots) length += written[slot]?.length ?? 0;
  return length;
}

function fill({ literals, slots }: SlottedText, written: Written): string {
  let text = literals[0]!;
  for (let index = 0; index < slots.length; index++) text += (written[slots[index]!] ?? '') + literals[index + 1]!;
  return text;
}

const bytesOf = ({ subject, html }: Rendered) => Buffer.byteLength(subject) + Buffer.byteLength(html);

/** Says of each merge field that prints nothing somewhere why it does not. */
function unwritten(
  { fields, writings }: MergeProgram,
  values: readonly unknown[],
  texts: Written,
  written: Written,
): FieldViolation[] {
  const silent = new Set(writings.flatMap(({ field }, index) => (written[index] === undefined ? [field] : [])));
  return [...silent]
    .sort((a, b) => a - b)
    .map((field) => {
      const value = values[field];
      const description =
        value === undefined || value === null
          ? 'is missing'
          : texts[field] === undefined
            ? 'is not a text, a number, true or false'
            : 'is not safe where it stands';
      return { field: `data.${fields[field]}`, description };
    });
}
