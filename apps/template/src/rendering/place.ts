import { encodeAddress, encodePart } from './address.js';

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it is about
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it is about
const CONTROLS_BUT_LINES = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]+/g;
const CSS_WORDS = /^[\p{L}\p{N}#%.,_ -]*$/u;
const MARKUP = /[&<>"']/;
const MARKUP_ALL = /[&<>"']/g;
const REFERENCES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escapeHtml = (text: string): string =>
  MARKUP.test(text) ? text.replace(MARKUP_ALL, (character) => REFERENCES[character]!) : text;

/**
 * Where a value stands, and how a text is written there; undefined where it may not stand there. The names are stored in
 * published versions: none may change its name or lose its meaning.
 */
export const places = {
  /** A subject line: control characters, line breaks among them, become spaces. */
  plain: (text: string) => text.replace(CONTROLS, ' '),

  /** Text, and quoted attributes. */
  html: escapeHtml,

  /** The start of an address, such as all of `href`. */
  address: (text: string) => {
    const address = encodeAddress(text);
    return address && escapeHtml(address);
  },

  /** Within an address. */
  addressPart: encodePart,

  /** A mailbox or a telephone number, behind `mailto:`, `tel:` or `sms:`. */
  contact: (text: string) => encodePart(text).replace(/%40/g, '@').replace(/%2B/g, '+'),

  /** Within CSS: words, numbers, colours; nothing that could end a declaration or call a function. */
  css: (text: string) => (CSS_WORDS.test(text) ? text : undefined),

  /** The start of an address in a style element, where character references mean nothing. */
  cssAddress: encodeAddress,

  /** Plain text, which may have lines. */
  text: (text: string) => text.replace(CONTROLS_BUT_LINES, ' '),
} as const satisfies Record<string, (text: string) => string | undefined>;

/** One of the places. */
export type Place = keyof typeof places;
