import type { MergeTag } from './merge-text.js';
import { type MjmlTag, mjmlTags } from './mjml-tags.js';
import type { TokenHit } from './tokens.js';

/** Elements whose content MJML takes as it is. In all others it takes elements only, and drops what stands between them. */
const TAKEN_AS_IT_IS = new Set([
  'mj-accordion-text',
  'mj-accordion-title',
  'mj-button',
  'mj-navbar-link',
  'mj-preview',
  'mj-raw',
  'mj-social-element',
  'mj-style',
  'mj-table',
  'mj-text',
  'mj-title',
]);

/**
 * Makes MJML's compiler keep the tokens of conditions and loops where they stand: between elements of its own it would drop
 * them without a word, so they get an element around them.
 * @param mjml with tokens
 * @param hits the tokens in it, in their order
 * @returns the document, and what is wrong with the places of conditions and loops, in sentences
 */
export function keepControls(
  mjml: string,
  hits: readonly TokenHit[],
  tags: readonly MergeTag[],
): { mjml: string; problems: string[] } {
  const pieces: string[] = [];
  const problems: string[] = [];
  const open: MjmlTag[] = [];
  const began: { parent: MjmlTag | undefined; source: string }[] = [];
  const elements = mjmlTags(mjml);
  let next = elements.next();
  let from = 0;
  for (const { field, start, end } of hits) {
    while (!next.done && next.value.end <= start) {
      if (next.value.kind === 'start') open.push(next.value);
      else if (next.value.kind === 'end') open.pop();
      next = elements.next();
    }
    const tag = tags[field]!;
    const isInTag = !next.done && next.value.start < start;
    if (tag.kind === 'field' || isInTag) continue;
    const parent = open.at(-1);
    const problem = problemOf(parent, open);
    if (problem) problems.push(`Line ${tag.line}: ${tag.source} ${problem}.`);
    if (tag.kind === 'if' || tag.kind === 'each') began.push({ parent, source: tag.source });
    else if (began.at(-1)?.parent !== parent)
      problems.push(
        `Line ${tag.line}: ${tag.source} stands in another element than ${began.at(-1)?.source ?? 'its begin'}.`,
      );
    if (tag.kind === 'end') began.pop();
    if (parent && TAKEN_AS_IT_IS.has(parent.name)) continue;
    pieces.push(mjml.slice(from, start), '<mj-raw>', mjml.slice(start, end), '</mj-raw>');
    from = end;
  }
  return { mjml: pieces.join('') + mjml.slice(from), problems };
}

function problemOf(parent: MjmlTag | undefined, open: readonly MjmlTag[]): string | undefined {
  if (parent?.name === 'mj-preview') return undefined;
  return open.some(({ name }) => name === 'mj-body') ? undefined : 'stands outside of mj-body';
}
