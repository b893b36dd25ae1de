import { FormatError, type Translated } from './translated.js';

const HEADING = ['key', 'source', 'translation'];

/** What spreadsheets would run as a formula gets a quote in front, and loses it when it is read. */
const guarded = (text: string) => (/^[=+\-@'\t\r]/.test(text) ? `'${text}` : text);
const unguarded = (text: string) => (text.startsWith("'") ? text.slice(1) : text);

const cell = (text: string) => `"${guarded(text).replaceAll('"', '""')}"`;

export function printCsv(texts: readonly Translated[]): string {
  const rows = [
    HEADING.join(','),
    ...texts.map(({ key, source, target }) => [key, source, target].map(cell).join(',')),
  ];
  return rows.map((row) => `${row}\r\n`).join('');
}

/** @throws FormatError */
export function parseCsv(content: string): Map<string, string> {
  const [heading, ...rows] = rowsOf(content.replace(/^\ufeff/, ''));
  const [key, target] = [heading?.indexOf('key') ?? -1, heading?.indexOf('translation') ?? -1];
  if (key < 0 || target < 0) throw new FormatError('It has no columns "key" and "translation".');
  return new Map(
    rows.filter((row) => row.length > 1).map((row) => [unguarded(row[key] ?? ''), unguarded(row[target] ?? '')]),
  );
}

const CELL = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|\n|\r|$)/y;

function rowsOf(content: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let position = 0;
  while (position < content.length) {
    CELL.lastIndex = position;
    const found = CELL.exec(content);
    if (!found) throw new FormatError(`Row ${rows.length + 1} has a quote that does not end, or text around one.`);
    row.push(found[1]?.replaceAll('""', '"') ?? found[2] ?? '');
    position = CELL.lastIndex;
    if (found[3] === ',') {
      if (position === content.length) row.push('');
      continue;
    }
    rows.push(row);
    row = [];
  }
  if (row.length > 0) rows.push(row);
  return rows;
}
