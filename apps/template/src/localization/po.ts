import { FormatError, type Translated } from './translated.js';

const ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\t': '\\t', '\r': '\\r', '"': '\\"', '\\': '\\\\' };
const MEANT: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '"': '"', '\\': '\\' };

const quoted = (text: string) => `"${text.replace(/[\n\t\r"\\]/g, (character) => ESCAPES[character]!)}"`;

export function printPo(texts: readonly Translated[], language: string): string {
  const header = `msgid ""\nmsgstr ""\n${quoted(`Language: ${language}\n`)}\n${quoted('Content-Type: text/plain; charset=UTF-8\n')}\n`;
  const entries = texts.map(
    ({ key, source, target }) => `msgctxt ${quoted(key)}\nmsgid ${quoted(source)}\nmsgstr ${quoted(target)}\n`,
  );
  return [header, ...entries].join('\n');
}

const LINE = /^(?:(msgctxt|msgid|msgid_plural|msgstr(?:\[\d+\])?)[ \t]+)?"((?:[^"\\]|\\.)*)"$/;

/**
 * The key of each text is its context.
 * @throws FormatError
 */
export function parsePo(content: string): Map<string, string> {
  const found = new Map<string, string>();
  let entry = new Map<string, string>();
  let word = '';
  const finish = () => {
    const [key, target] = [entry.get('msgctxt'), entry.get('msgstr')];
    if (key !== undefined && target !== undefined) found.set(key, target);
    else if (entry.get('msgid'))
      throw new FormatError(`"${entry.get('msgid')!.slice(0, 40)}" has no msgctxt or no msgstr.`);
    entry = new Map();
    word = '';
  };
  for (const [index, line] of content.split(/\r?\n/).entries()) {
    const text = line.trim();
    if (text === '' || text.startsWith('#')) continue;
    const [, begun, written] = LINE.exec(text) ?? [];
    if (written === undefined || (!begun && !word)) throw new FormatError(`Line ${index + 1} is not PO.`);
    // An entry begins with its context, or where it has none with its text.
    if (begun && entry.has(begun === 'msgid' ? 'msgstr' : begun)) finish();
    word = begun ?? word;
    if (begun === 'msgctxt' && entry.size > 0) finish();
    word = begun ?? word;
    entry.set(word, (entry.get(word) ?? '') + written.replace(/\\(.)/g, (whole, letter) => MEANT[letter] ?? whole));
  }
  finish();
  return found;
}
