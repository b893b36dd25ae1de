import type { PlacedTag, PlacedText } from './build-program.js';
import type { Region } from './html-regions.js';
import type { MergeTag } from './merge-text.js';
import type { Place } from './place.js';
import { slotPlace } from './slot-place.js';
import type { TokenHit } from './tokens.js';

/** A compiled body, cut at its tokens. */
export interface PlacedBody {
  readonly text: PlacedText;
  /** What is wrong with the places of tags, in sentences. */
  readonly problems: readonly string[];
  /** Where each merge field stands first, by its number. */
  readonly placeOf: ReadonlyMap<number, Place>;
}

/**
 * Cuts a compiled body at its tokens.
 * @param hits the tokens in it, in their order
 * @param regions the regions of it, in their order
 * @param tags what the tokens stand for
 */
export function placeTags(
  html: string,
  hits: readonly TokenHit[],
  regions: readonly Region[],
  tags: readonly MergeTag[],
): PlacedBody {
  const literals: string[] = [];
  const placed: PlacedTag[] = [];
  const problems = new Set<string>();
  const placeOf = new Map<number, Place>();
  const kept = new Set<number>();
  let from = 0;
  let next = 0;
  for (const hit of hits) {
    while (next < regions.length && regions[next]!.end < hit.end) next++;
    const region = regions[next];
    const tag = tags[hit.field]!;
    const found = placeOfTag(html, hit, tag, region && region.start <= hit.start ? region : undefined);
    kept.add(hit.field);
    if ('problem' in found) problems.add(`Line ${tag.line}: ${tag.source} ${found.problem}.`);
    else if (tag.kind === 'field') {
      placed.push({ ...tag, place: found.place });
      if (!placeOf.has(hit.field)) placeOf.set(hit.field, found.place);
    } else placed.push(tag);
    literals.push(html.slice(from, hit.start));
    from = hit.end;
  }
  literals.push(html.slice(from));
  for (const [index, { kind, line, source }] of tags.entries()) {
    if (kind !== 'field' && !kept.has(index)) problems.add(`Line ${line}: ${source} stands where MJML drops it.`);
  }
  return { text: { literals, tags: placed }, problems: [...problems], placeOf };
}

function placeOfTag(html: string, hit: TokenHit, tag: MergeTag, region: Region | undefined) {
  if (tag.kind === 'field') return slotPlace(html, hit, region);
  // Anywhere else, what a branch leaves out could be what ends a tag, a comment or a style sheet.
  if (region?.kind === 'text' && !region.inComment) return { place: 'html' as const };
  return { problem: 'must stand between the tags of a text, not in one of them or in a style sheet' };
}
