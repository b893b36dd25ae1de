import { holdsAddress } from './address.js';
import type { Region } from './html-regions.js';
import type { Place } from './place.js';
import { decodeReferences } from './references.js';
import type { TokenHit } from './tokens.js';

/** How far around a merge field is looked, in characters: the time that a document takes is in proportion to its size. */
const WINDOW = 1024;

const NUMERIC_REFERENCE = /&#[xX]?[0-9a-fA-F]*$/;

/** Where a merge field stands, or why it must not stand there. */
export type SlotPlace = { place: Place } | { problem: string };

/**
 * Decides how a merge field is written.
 * @param html the document, with tokens
 * @param region that the token stands in; undefined in markup
 */
export function slotPlace(html: string, token: TokenHit, region: Region | undefined): SlotPlace {
  if (!region || region.kind === 'element') return { problem: 'cannot stand in a tag, in a script or the like' };
  const before = html.slice(Math.max(region.start, token.start - WINDOW), token.start);
  const after = html.slice(token.end, Math.min(region.end, token.end + WINDOW));
  if (NUMERIC_REFERENCE.test(before)) return { problem: 'cannot stand in a character reference' };
  // With a value that ends in "--" this would end the comment, and what it hides would show.
  if (region.inComment && /^-{0,2}!?>/.test(after)) return { problem: 'cannot stand before ">" in a comment' };
  switch (region.kind) {
    case 'text':
      return { place: 'html' };
    case 'style':
      return styled(before, after, 'cssAddress');
    case 'attribute':
      if (!region.quoted) return { problem: `needs quotes around the value of ${region.name}` };
      if (region.name === 'style') return styled(decodeReferences(before), decodeReferences(after), 'address');
      if (!holdsAddress(region.name)) return { place: 'html' };
      if (token.start - region.start > WINDOW) return { place: 'addressPart' };
      // What lies beyond might begin with a colon.
      return addressed(
        decodeReferences(before),
        decodeReferences(after) + (region.end - token.end > WINDOW ? ':' : ''),
        region.name,
      );
  }
}

/** In CSS: words, or an address in `url(…)`. */
function styled(before: string, after: string, whole: Place): SlotPlace {
  const opened = before.lastIndexOf('(');
  const isUrl = before.slice(Math.max(0, opened - 3), Math.max(0, opened)).toLowerCase() === 'url';
  const start = before
    .slice(opened + 1)
    .trimStart()
    .replace(/^["']/, '');
  if (!isUrl || /[)"']/.test(start)) return { place: 'css' };
  const found = addressed(start, after.split(/[)"']/, 1)[0]!, 'url');
  return 'place' in found && found.place === 'address' ? { place: whole } : found;
}

function addressed(before: string, after: string, attribute: string): SlotPlace {
  const address = attribute === 'srcset' ? before.split(/[\s,]/).at(-1)! : before;
  const start = address.replace(/^[\0-\x20]+/, '');
  const scheme = /^[^/?#:]*/.exec(after)![0];
  if (!/[/?#:]/.test(start) && after[scheme.length] === ':') {
    return { problem: 'cannot be a part of the scheme of an address' };
  }
  if (start === '') return { place: 'address' };
  return { place: /^(?:mailto|tel|sms):[^?]*$/i.test(start) ? 'contact' : 'addressPart' };
}
