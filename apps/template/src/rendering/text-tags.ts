import type { PlacedTag, PlacedText } from './build-program.js';
import type { MergeTag } from './merge-text.js';
import type { Place } from './place.js';
import type { Tokens } from './tokens.js';

/** How a value is written in plain text that stands in the HTML as an address, or a part of one. */
const WRITTEN: Partial<Record<Place, Place>> = {
  address: 'cssAddress',
  cssAddress: 'cssAddress',
  addressPart: 'addressPart',
  contact: 'contact',
};

/**
 * Cuts a message's plain text at its tokens.
 * @param tags what the tokens stand for
 * @param placeOf where each merge field stands in the HTML that the text was made of
 */
export function textTags(
  text: string,
  tokens: Tokens,
  tags: readonly MergeTag[],
  placeOf: ReadonlyMap<number, Place>,
): PlacedText {
  const literals: string[] = [];
  const placed: PlacedTag[] = [];
  let from = 0;
  for (const { field, start, end } of tokens.find(text)) {
    const tag = tags[field]!;
    literals.push(text.slice(from, start));
    placed.push(tag.kind === 'field' ? { ...tag, place: WRITTEN[placeOf.get(field) ?? 'html'] ?? 'text' } : tag);
    from = end;
  }
  literals.push(text.slice(from));
  return { literals, tags: placed };
}
