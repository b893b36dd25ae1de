/** The named references that can hide an address's scheme; letters and digits have no names. */
const NAMED: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  colon: ':',
  Tab: '\t',
  NewLine: '\n',
  lpar: '(',
  rpar: ')',
};

const REFERENCE = /&(?:#[xX]([0-9a-fA-F]+);?|#(\d+);?|(\w+);)/g;
const CODE_POINT_MAX = 0x10ffff;

/** The text that HTML with character references means, as far as it tells where an address begins and what it is. */
export function decodeReferences(html: string): string {
  return html.replace(REFERENCE, (written, hex?: string, decimal?: string, name?: string) => {
    if (name !== undefined) return Object.hasOwn(NAMED, name) ? NAMED[name]! : written;
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    return code > 0 && code <= CODE_POINT_MAX ? String.fromCodePoint(code) : '\ufffd';
  });
}
