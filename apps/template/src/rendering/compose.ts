import { parseMergeText } from './merge-text.js';
import { mjmlTags } from './mjml-tags.js';

const MARKUP: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** A text as MJML, with its merge fields as they are. */
export const asMjml = (text: string): string => escaped(text, /[&<>]/g);

/** A text as the value of an attribute in double quotes, with its merge fields as they are. */
export const asAttribute = (text: string): string => escaped(text, /[&<>"]/g);

function escaped(text: string, characters: RegExp): string {
  const { literals, tags } = parseMergeText(text, '');
  return literals
    .map((literal, index) => literal.replace(characters, (found) => MARKUP[found]!) + (tags[index]?.source ?? ''))
    .join('');
}

/** What stands in a document's `mj-preview`; undefined where it has none. */
export function previewOf(mjml: string): string | undefined {
  let start: number | undefined;
  for (const tag of mjmlTags(mjml)) {
    if (tag.name !== 'mj-preview') continue;
    if (tag.kind === 'start') start = tag.end;
    if (tag.kind === 'end' && start !== undefined) return mjml.slice(start, tag.start);
  }
  return undefined;
}

/** The document with elements added to its head, on the line where the head, or the document, begins. */
export function withHead(mjml: string, elements: string): string {
  const tags = [...mjmlTags(mjml)];
  const head = tags.find(({ name, kind }) => name === 'mj-head' && kind === 'start');
  if (head) return mjml.slice(0, head.end) + elements + mjml.slice(head.end);
  const root = tags.find(({ name, kind }) => name === 'mjml' && kind === 'start');
  if (!root) return mjml;
  return `${mjml.slice(0, root.end)}<mj-head>${elements}</mj-head>${mjml.slice(root.end)}`;
}
