/** What generated checks share: functions in TypeScript, of which a file declares those that it uses. */
export const helpers = {
  add: {
    code: `
function add(found: FieldViolation[] | undefined, field: string, description: string): FieldViolation[] {
  const all = found ?? [];
  all.push({ field, description });
  return all;
}`,
  },
  isShorter: {
    uses: ['characters'],
    code: `
/** Whether the text has fewer than \`least\` characters. */
const isShorter = (text: string, least: number): boolean =>
  text.length < least || (text.length < 2 * least - 1 && characters(text) < least);`,
  },
  isLonger: {
    uses: ['characters'],
    code: `
/** Whether the text has more than \`most\` characters. */
const isLonger = (text: string, most: number): boolean =>
  text.length > most && (text.length > 2 * most || characters(text) > most);`,
  },
  characters: {
    code: `
/** How many Unicode code points the text has. */
function characters(text: string): number {
  let count = text.length;
  for (let i = 1; i < text.length; i++) {
    const isPair = (text.charCodeAt(i) & 0xfc00) === 0xdc00 && (text.charCodeAt(i - 1) & 0xfc00) === 0xd800;
    if (isPair) count--;
  }
  return count;
}`,
  },
  isBigger: {
    code: `
/** Whether the text has more than \`most\` bytes in UTF-8. */
const isBigger = (text: string, most: number): boolean =>
  text.length > most || (text.length * 3 > most && Buffer.byteLength(text) > most);`,
  },
  isWithin: {
    code: `
/** Whether every path of the mask is one of \`paths\`, or within one. */
const isWithin = (mask: readonly string[], paths: readonly string[]): boolean =>
  mask.every((named) => paths.some((path) => named === path || named.startsWith(\`\${path}.\`)));`,
  },
  quoted: {
    code: `
/** The key of a map, as it stands in a path. */
const quoted = (key: string): string =>
  \`"\${key.replace(/["\\\\]/g, '\\\\$&').replaceAll('\\r', '\\\\r').replaceAll('\\n', '\\\\n')}"\`;`,
  },
};

/** The declarations of these helpers and of those that they use, in the order of this file. */
export function declarationsOf(used) {
  const all = new Set(used);
  for (const name of used) for (const other of helpers[name].uses ?? []) all.add(other);
  return Object.keys(helpers)
    .filter((name) => all.has(name))
    .map((name) => helpers[name].code.slice(1));
}
