/** Attributes whose value is an address. */
const ATTRIBUTES = new Set([
  'action',
  'archive',
  'background',
  'cite',
  'classid',
  'codebase',
  'data',
  'dynsrc',
  'formaction',
  'href',
  'icon',
  'longdesc',
  'lowsrc',
  'manifest',
  'ping',
  'poster',
  'profile',
  'src',
  'srcset',
  'usemap',
]);

/** Whether an attribute holds an address, also with a namespace, such as `xlink:href`. */
export const holdsAddress = (attribute: string): boolean =>
  ATTRIBUTES.has(attribute.slice(attribute.lastIndexOf(':') + 1));

// biome-ignore lint/suspicious/noControlCharactersInRegex: browsers do not see them in schemes
const UNSEEN = /[\u0000-\u0020]/g;
const SCRIPT = /^(?:javascript|vbscript):/i;
const DOCUMENT = /^data:/i;
const IMAGE = /^data:image\//i;
const LONE_SURROGATE = /\p{Surrogate}/gu;

/** Whether an address is a script. */
const isScript = (address: string): boolean => SCRIPT.test(address.replace(UNSEEN, ''));

/** Whether an address leads nowhere, but is a document of its own. */
const isDocument = (address: string): boolean => DOCUMENT.test(address.replace(UNSEEN, ''));

/** Whether an address in a template would run something. */
export const runs = (address: string): boolean =>
  isScript(address) || (isDocument(address) && !IMAGE.test(address.replace(UNSEEN, '')));

/**
 * A value as an address: what cannot stand in one is percent-encoded, what is encoded already stays. Undefined where the
 * value is a script, or a document of its own.
 */
export function encodeAddress(value: string): string | undefined {
  if (isScript(value) || isDocument(value)) return undefined;
  return encodeURI(wellFormed(value.trim()))
    .replace(/%25([0-9A-Fa-f]{2})/g, '%$1')
    .replace(/['()]/g, percentEncode);
}

/** A value as one piece of an address, such as a step of its path or a value in its query, whatever it contains. */
export const encodePart = (value: string): string =>
  encodeURIComponent(wellFormed(value)).replace(/[!'()*]/g, percentEncode);

const percentEncode = (character: string) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;

/** Half a character cannot be encoded. */
const wellFormed = (text: string) => text.replace(LONE_SURROGATE, '\ufffd');
