import type { PlacedField, PlacedText } from './build-program.js';
import type { Region } from './html-regions.js';
import type { MergeField } from './merge-field.js';
import { slotPlace } from './slot-place.js';
import type { TokenHit } from './tokens.js';

/**
 * Cuts a compiled body at its tokens.
 * @param hits the tokens in it, in their order
 * @param regions the regions of it, in their order
 * @param fields what the tokens stand for
 * @returns the text, and what is wrong with the places of merge fields, in sentences
 */
export function placeFields(
  html: string,
  hits: readonly TokenHit[],
  regions: readonly Region[],
  fields: readonly MergeField[],
): { text: PlacedText; problems: string[] } {
  const literals: string[] = [];
  const placed: PlacedField[] = [];
  const problems = new Set<string>();
  let from = 0;
  let next = 0;
  for (const hit of hits) {
    while (next < regions.length && regions[next]!.end < hit.end) next++;
    const region = regions[next];
    const found = slotPlace(html, hit, region && region.start <= hit.start ? region : undefined);
    const { path, source, line } = fields[hit.field]!;
    if ('place' in found) placed.push({ path, place: found.place });
    else problems.add(`Line ${line}: ${source} ${found.problem}.`);
    literals.push(html.slice(from, hit.start));
    from = hit.end;
  }
  literals.push(html.slice(from));
  return { text: { literals, fields: placed }, problems: [...problems] };
}
