// What a manifest says of one service, said of another one, too: so no template here repeats what manifests have.

/** Every service has its lines in the lists of manifests; new ones get what this one has. */
export const EXEMPLAR = 'account';

const exemplar = new RegExp(`\\b${EXEMPLAR}\\b`);
const renamed = (text, name) => text.replaceAll(new RegExp(exemplar, 'g'), name);

/** Adds, to a file of several documents, those of the new service. */
export function documentsLike(text, name) {
  const documents = text.trimEnd().split(/\n---\n/);
  const isOf = new RegExp(`^  name: ${EXEMPLAR}(-\\w+)?$`, 'm');
  const added = documents
    .filter((document) => isOf.test(document))
    .map((document) => renamed(document.replace(/^(#.*\n)+/, ''), name));
  return added.length === 0 ? text : `${[...documents, ...added].join('\n---\n')}\n`;
}

/**
 * Adds, to the lists of a file, the items of the new service.
 * @param {RegExp} [except] items that only the exemplar has
 */
export function itemsLike(text, name, except = /^$/) {
  const lines = text.split('\n');
  for (let at = lines.length - 1; at >= 0; at--) {
    if (!/^\s*- /.test(lines[at]) || !exemplar.test(lines[at]) || except.test(lines[at])) continue;
    const item = itemAt(lines, at);
    const copy = item.map((line) => renamed(line, name));
    let next = at + item.length;
    while (isItem(lines, next, lines[at]) && lines[next] < copy[0]) next += itemAt(lines, next).length;
    lines.splice(next, 0, ...copy);
  }
  return lines.join('\n');
}

const indentOf = (line) => line.search(/\S/);
const isItem = (lines, at, like) => /^\s*- /.test(lines[at] ?? '') && indentOf(lines[at]) === indentOf(like);

/** The lines of an item: what follows, and is indented more. */
function itemAt(lines, at) {
  let end = at + 1;
  while (end < lines.length && lines[end] !== '' && indentOf(lines[end]) > indentOf(lines[at])) end++;
  return lines.slice(at, end);
}
