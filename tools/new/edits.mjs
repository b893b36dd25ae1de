import { Refusal } from './refusal.mjs';

/** Changes a file that there is. @throws where the change does not find its place: the file has been reshaped */
export function edit(tree, path, change) {
  const before = tree.read(path, 'utf8');
  if (before === null) throw new Refusal(`${path} is gone, which tools/new writes in.`);
  const after = change(before);
  if (after === before) throw new Refusal(`${path} has no place any more where tools/new writes.`);
  tree.write(path, after);
}

/** Changes a JSON file; Biome brings its form in order. */
export const editJson = (tree, path, change) =>
  edit(tree, path, (text) => {
    const content = JSON.parse(text);
    change(content);
    return `${JSON.stringify(content, undefined, 2)}\n`;
  });

/** Puts lines in after the last line that matches. */
export function afterLast(text, pattern, ...added) {
  const lines = text.split('\n');
  const at = lines.findLastIndex((line) => pattern.test(line));
  return at < 0 ? text : lines.toSpliced(at + 1, 0, ...added).join('\n');
}

/** Puts a line in among those from `start` to the next that is `end`, where it belongs in the order of the alphabet. */
export function sortedInto(text, start, end, added) {
  const lines = text.split('\n');
  const first = lines.findIndex((line) => start.test(line)) + 1;
  const last = lines.findIndex((line, index) => index >= first && end.test(line));
  if (first === 0 || last < 0) return text;
  const before = lines.findIndex(
    (line, index) => index >= first && index < last && /^ {2}\S/.test(line) && line > added,
  );
  return lines.toSpliced(before < 0 ? last : before, 0, added).join('\n');
}
