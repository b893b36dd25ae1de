import { createHash } from 'node:crypto';
import type { Content, TranslationKey } from '@kelp/contract-template';
import { type Translate, toMjml } from '../document/to-mjml.js';
import type { Source } from '../rendering/compile.js';
import { withHead } from '../rendering/compose.js';
import { parseMergeText } from '../rendering/merge-text.js';
import { mjmlTags } from '../rendering/mjml-tags.js';

/** Elements of MJML whose content is a text. */
const TEXTS = new Set([
  'mj-accordion-text',
  'mj-accordion-title',
  'mj-button',
  'mj-navbar-link',
  'mj-preview',
  'mj-social-element',
  'mj-table',
  'mj-text',
  'mj-title',
]);

/** The language of lengthened, accented letters. */
export const PSEUDO = 'qps-Ploc';

/** The texts of a draft that can be translated, in the order of the message, each key once. */
export function textsOf(content: Content): TranslationKey[] {
  const found = new Map<string, string>();
  localized(content, '', (key, text) => {
    if (text.trim() && !found.has(key)) found.set(key, text);
    return text;
  });
  return [...found].map(([key, text]) => ({ key, text }));
}

/** A draft in a language, ready to be compiled. */
export function localized(content: Content, language: string, translate: Translate): Source {
  const { subject, preheader, mjml, text, document } = content;
  const direction = isRightToLeft(language) ? 'rtl' : 'ltr';
  const texts = { subject: translate('subject', subject), preheader: translate('preheader', preheader) };
  const body = document ? toMjml(document, { translate, direction }) : translatedMjml(mjml, translate, direction);
  return {
    ...texts,
    mjml: inLanguage(body, language, direction),
    text: translate('text', text),
  };
}

/** Whether a language is written from right to left, by its script. */
export function isRightToLeft(language: string): boolean {
  if (!language || language === PSEUDO) return false;
  const script = new Intl.Locale(language).maximize().script ?? '';
  return ['Arab', 'Hebr', 'Thaa', 'Syrc', 'Nkoo', 'Adlm', 'Rohg'].includes(script);
}

/** A text of MJML has no name: its hash tells it from others, wherever it moves. */
const keyOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 12);

function translatedMjml(mjml: string, translate: Translate, direction: 'ltr' | 'rtl'): string {
  let translated = '';
  let from = 0;
  let start: number | undefined;
  for (const tag of mjmlTags(mjml)) {
    if (!TEXTS.has(tag.name)) continue;
    if (tag.kind === 'start') start = tag.end;
    if (tag.kind !== 'end' || start === undefined) continue;
    const text = mjml.slice(start, tag.start);
    translated += mjml.slice(from, start) + (text.trim() ? translate(keyOf(text), text) : text);
    from = tag.start;
    start = undefined;
  }
  const whole = translated + mjml.slice(from);
  if (direction === 'ltr') return whole;
  const defaults = '<mj-text align="right" /><mj-section direction="rtl" /><mj-column direction="rtl" />';
  return withHead(whole, `<mj-attributes>${defaults}</mj-attributes>`);
}

/** MJML says in its root which language it is in, unless it does already. */
function inLanguage(mjml: string, language: string, direction: string): string {
  if (!language) return mjml;
  return mjml.replace(/<mjml(?=[\s>])(?![^>]*\slang=)/i, `<mjml lang="${language}" dir="${direction}"`);
}

const ACCENTS: Readonly<Record<string, string>> = Object.fromEntries(
  [...'aeiouAEIOUcnyCNY'].map((letter, index) => [letter, [...'åéîöûÅÉÎÖÛçñýÇÑÝ'][index]!]),
);

/** A text in accented letters, a third longer, with its tags and merge fields as they are. */
export function pseudo(text: string): string {
  const { literals, tags } = parseMergeText(text, '');
  const accented = literals.map((literal) =>
    literal.replace(/<[^>]*>|&[#\w]+;|[a-zA-Z]/g, (found) => ACCENTS[found] ?? found),
  );
  const letters = text.replace(/<[^>]*>|\{\{.*?\}\}|\s/g, '').length;
  return `${accented.map((literal, index) => literal + (tags[index]?.source ?? '')).join('')}${'~'.repeat(Math.ceil(letters / 3))}`;
}

/**
 * What is wrong with a translation of a text; undefined where nothing is. It has the text's conditions and loops, in their
 * order, and no merge fields but the text's.
 */
export function translationProblem(source: string, target: string): string | undefined {
  const [from, to] = [parseMergeText(source, ''), parseMergeText(target, '')];
  const [violation] = to.violations;
  if (violation) return violation.description;
  if (!mjmlTags(target).next().done) return 'must have no tags of MJML';
  if (target.includes('\0')) return 'must not contain U+0000';
  const controls = ({ tags }: typeof from) => tags.filter(({ kind }) => kind !== 'field').map((tag) => tag.source);
  if (controls(from).join() !== controls(to).join())
    return 'must have the conditions and loops of the text, in their order';
  const paths = new Set(from.tags.flatMap((tag) => (tag.kind === 'field' ? [tag.path] : [])));
  const unknown = to.tags.find((tag) => tag.kind === 'field' && !paths.has(tag.path));
  return unknown && `${unknown.source} is not a merge field of the text`;
}

/** The languages to show to somebody who reads one, the best first, such as `pt-BR`, `pt`. */
export function fallbacksOf(language: string): string[] {
  const chain: string[] = [];
  const parts = language.split('-');
  for (let length = parts.length; length > 0; length--) chain.push(parts.slice(0, length).join('-'));
  return chain;
}
