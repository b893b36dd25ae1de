import { TranslationFormat } from '@kelp/contract-template';
import { parseCsv, printCsv } from './csv.js';
import { parsePo, printPo } from './po.js';
import { FormatError, type Translated } from './translated.js';
import { parseXliff, printXliff } from './xliff.js';

interface Codec {
  print(texts: readonly Translated[], language: string): string;
  /** @throws FormatError */
  parse(content: string): Map<string, string>;
}

const json: Codec = {
  print: (texts) => `${JSON.stringify(Object.fromEntries(texts.map(({ key, target }) => [key, target])), null, 2)}\n`,
  parse: (content) => {
    const found = new Map<string, string>();
    for (const [key, target] of Object.entries(parsedObject(content))) {
      if (typeof target !== 'string') throw new FormatError(`The translation of "${key}" is not a text.`);
      found.set(key, target);
    }
    return found;
  },
};

function parsedObject(content: string): object {
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch {
    throw new FormatError('It is not JSON.');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new FormatError('It is not a JSON object.');
  return value;
}

/** How translations are written and read. */
export const codecOf = (format: TranslationFormat): Codec => {
  switch (format) {
    case TranslationFormat.PO:
      return { print: printPo, parse: parsePo };
    case TranslationFormat.XLIFF:
      return { print: printXliff, parse: parseXliff };
    case TranslationFormat.CSV:
      return { print: printCsv, parse: parseCsv };
    default:
      return json;
  }
};
