import { Parser } from 'htmlparser2';
import { FormatError, type Translated } from './translated.js';

const MARKUP: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (text: string) => text.replace(/[&<>"]/g, (character) => MARKUP[character]!);

export function printXliff(texts: readonly Translated[], language: string): string {
  const units = texts.map(
    ({ key, source, target }) =>
      `      <trans-unit id="${escaped(key)}"><source xml:space="preserve">${escaped(source)}</source>` +
      `${target && `<target xml:space="preserve">${escaped(target)}</target>`}</trans-unit>\n`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>
<xliff version="1.2" xmlns="urn:oasis:names:tc:xliff:document:1.2">
  <file original="template" datatype="html" source-language="und" target-language="${escaped(language)}">
    <body>
${units.join('')}    </body>
  </file>
</xliff>
`;
}

/** @throws FormatError */
export function parseXliff(content: string): Map<string, string> {
  const found = new Map<string, string>();
  let isXliff = false;
  let key: string | undefined;
  let target: string | undefined;
  const parser = new Parser(
    {
      onopentag: (name, { id }) => {
        if (name === 'xliff') isXliff = true;
        if (name === 'trans-unit') key = id;
        else if (name === 'target') target = '';
        else if (target !== undefined) throw new FormatError(`The translation of "${key}" has elements in it.`);
      },
      ontext: (text) => {
        if (target !== undefined) target += text;
      },
      onclosetag: (name) => {
        if (name !== 'target' || target === undefined) return;
        if (key === undefined) throw new FormatError('A translation has no trans-unit with an id.');
        found.set(key, target);
        target = undefined;
      },
    },
    { xmlMode: true, decodeEntities: true },
  );
  parser.end(content);
  if (!isXliff) throw new FormatError('It is not XLIFF.');
  return found;
}
