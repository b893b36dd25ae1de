import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rulesReader } from '../checks/rules.mjs';
import { narrowed } from './narrowed.mjs';
import { promisesOf, registryOf } from './promises.mjs';

/**
 * What a newer contract has that the older one had not, and the reverse: a line of Markdown each.
 * @param {object[]} before descriptors of the older contract; none for a first release
 * @param {object[]} after descriptors of the newer one, with comments
 */
export function changes(before, after) {
  const [was, is] = [promisesOf(before), promisesOf(after)];
  const lines = [];
  for (const [name, { kind, owner, deprecated, desc }] of is) {
    const former = was.get(name);
    if (former === undefined && (name === owner || was.has(owner))) {
      lines.push(`- adds the ${kind} \`${short(name)}\`${sentence(desc)}`);
    } else if (former && deprecated && !former.deprecated) {
      lines.push(`- deprecates the ${kind} \`${short(name)}\`${sentence(desc)}`);
    }
  }
  for (const [name, { kind, owner }] of was) {
    if (!is.has(name) && (name === owner || is.has(owner))) lines.push(`- removes the ${kind} \`${short(name)}\``);
  }
  return [...lines, ...widenings(before, after)];
}

function widenings(before, after) {
  const [older, newer] = [rulesReader(registryOf(before)), rulesReader(registryOf(after))];
  const is = promisesOf(after);
  return [...promisesOf(before)].flatMap(([name, { kind, desc }]) => {
    const counterpart = is.get(name);
    if (kind !== 'field' || counterpart === undefined) return [];
    // What is stricter seen backwards is wider; the sentence says it the right way round.
    const wider = narrowed(newer.ofField(counterpart.desc), older.ofField(desc));
    return wider.length > 0 ? [`- lets \`${short(name)}\` be more than before`] : [];
  });
}

/** Without the package: a changelog is of one contract. */
const short = (name) => name.replace(/^kelp\.[a-z]+\.v\d+\./, '');

const sentence = (desc) => {
  const comment = commentOf(desc).replace(/\s+/g, ' ').trim();
  const first = /^.*?[.](?= |$)/.exec(comment)?.[0];
  return first ? `: ${first}` : '';
};

/** The comment that stands before a declaration. */
export function commentOf(desc) {
  const path = pathOf(desc);
  const file = (desc.file ?? desc.parent.file).proto;
  const location = file.sourceCodeInfo?.location.find((candidate) => `${candidate.path}` === `${path}`);
  return location?.leadingComments ?? '';
}

/** Where a declaration is in its file's descriptor. Source: the comments of google.protobuf.SourceCodeInfo. */
function pathOf(desc) {
  const among = (parts, name) => parts.findIndex((part) => part.name === name);
  switch (desc.kind) {
    case 'message':
      return desc.parent
        ? [...pathOf(desc.parent), 3, among(desc.parent.proto.nestedType, desc.proto.name)]
        : [4, among(desc.file.proto.messageType, desc.proto.name)];
    case 'enum':
      return desc.parent
        ? [...pathOf(desc.parent), 4, among(desc.parent.proto.enumType, desc.proto.name)]
        : [5, among(desc.file.proto.enumType, desc.proto.name)];
    case 'service':
      return [6, among(desc.file.proto.service, desc.proto.name)];
    case 'rpc':
      return [...pathOf(desc.parent), 2, among(desc.parent.proto.method, desc.proto.name)];
    case 'field':
      return [...pathOf(desc.parent), 2, among(desc.parent.proto.field, desc.proto.name)];
    case 'enum_value':
      return [...pathOf(desc.parent), 2, among(desc.parent.proto.value, desc.proto.name)];
    default:
      return [];
  }
}

/** Writes a release, or what became of one, at the top of a contract's changelog. */
export function writeChangelog(name, heading, lines, folder) {
  const path = join(folder, name, 'CHANGELOG.md');
  const title = `# Releases of the contract ${name}\n`;
  const former = existsSync(path) ? readFileSync(path, 'utf8').slice(title.length) : '';
  writeFileSync(path, `${title}\n## ${heading}\n\n${lines.join('\n')}\n${former}`);
}
