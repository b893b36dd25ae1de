import { calls } from '../../boundaries.mjs';
import { commentOf } from '../gates/changelog.mjs';
import { promisesOf } from '../gates/promises.mjs';
import { serviceMap } from './service-map.mjs';

export { calls };

/**
 * The reference of all contracts as one page that needs no server: a map of the services, a search, and every service, RPC,
 * message, field, enum and value with its comment.
 * @param {object[]} files all descriptors, with comments
 * @returns {{ html: string, undocumented: string[] }} the full names of what has no comment
 */
export function site(files) {
  const all = [...promisesOf(files)].filter(([, { desc }]) => packageOf(desc).startsWith('kelp.'));
  const undocumented = all.filter(([, { desc }]) => commentOf(desc).trim() === '').map(([name]) => name);
  const contracts = Map.groupBy
    ? Map.groupBy(all, ([, { desc }]) => packageOf(desc))
    : grouped(all, ([, { desc }]) => packageOf(desc));
  const sections = [...contracts].sort(([a], [b]) => (a < b ? -1 : 1)).map(contractSection);
  return { html: page(sections, [...contracts.keys()].sort()), undocumented };
}

const packageOf = (desc) => (desc.file ?? desc.parent.file).proto.package;

function grouped(items, keyOf) {
  const groups = new Map();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}

function contractSection([name, promises]) {
  const own = promises.filter(([full, { owner }]) => full === owner);
  const partsOf = (owner) => promises.filter(([full, promise]) => promise.owner === owner && full !== owner);
  const order = { service: 0, message: 1, enum: 2 };
  const articles = own
    .sort(([a, one], [b, other]) => order[one.kind] - order[other.kind] || (a < b ? -1 : 1))
    .map(([full, promise]) => article(full, promise, partsOf(full)));
  return `<section id="${name.split('.')[1]}"><h2>${name}</h2>\n${articles.join('\n')}\n</section>`;
}

function article(full, { kind, desc, deprecated }, parts) {
  const rows = parts.map(
    ([name, part]) =>
      `<tr id="${name}"${part.deprecated ? ' class="deprecated"' : ''}><td><code>${part.desc.name}</code></td><td>${typeOf(part)}</td><td>${comment(part.desc)}</td></tr>`,
  );
  const table = rows.length > 0 ? `<table>${rows.join('\n')}</table>` : '';
  return `<article id="${full}"${deprecated ? ' class="deprecated"' : ''}><h3><small>${kind}</small> ${full}</h3>${comment(desc)}${table}</article>`;
}

function typeOf({ kind, desc }) {
  if (kind === 'RPC')
    return `${stream(desc, 'client')}${link(desc.input)} → ${stream(desc, 'server')}${link(desc.output)}`;
  if (kind === 'value') return `${desc.number}`;
  const single = desc.message ? link(desc.message) : desc.enum ? link(desc.enum) : SCALARS[desc.scalar];
  if (desc.fieldKind === 'map') return `map&lt;${SCALARS[desc.mapKey]}, ${single}&gt; = ${desc.number}`;
  return `${desc.fieldKind === 'list' ? 'repeated ' : ''}${single} = ${desc.number}`;
}

const stream = ({ methodKind }, side) =>
  methodKind === 'bidi_streaming' || methodKind === `${side}_streaming` ? 'stream ' : '';
const link = ({ typeName, name }) => (typeName.startsWith('kelp.') ? `<a href="#${typeName}">${name}</a>` : typeName);

/** By google.protobuf.FieldDescriptorProto.Type. */
const SCALARS = {
  1: 'double',
  2: 'float',
  3: 'int64',
  4: 'uint64',
  5: 'int32',
  6: 'fixed64',
  7: 'fixed32',
  8: 'bool',
  9: 'string',
  12: 'bytes',
  13: 'uint32',
  15: 'sfixed32',
  16: 'sfixed64',
  17: 'sint32',
  18: 'sint64',
};

const comment = (desc) =>
  `<p>${escaped(commentOf(desc).trim())
    .replace(/`([^`]+)`/g, '<code>$1</code>')
    .replace(/\n\s*\n/g, '</p><p>')}</p>`;

const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const page = (sections, names) => `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Kelp's contracts</title>
<style>
body{font:16px/1.5 system-ui,sans-serif;max-width:70rem;margin:0 auto;padding:1rem;color:#16302b}
header{position:sticky;top:0;background:#fff;padding:.5rem 0;border-bottom:1px solid #b9d3c9}
input{font:inherit;width:100%;padding:.4rem;border:1px solid #5b8b7a;border-radius:6px;box-sizing:border-box}
article{border-top:1px solid #dfeae5;scroll-margin-top:7rem}h3{margin:.8rem 0 0;overflow-wrap:anywhere}small{color:#49685e;font-weight:400}
table{border-collapse:collapse;width:100%}td{vertical-align:top;padding:.2rem .6rem .2rem 0;border-top:1px solid #eef4f1}td p{margin:0}
.deprecated{opacity:.6}svg{width:100%;max-height:20rem}rect{fill:#e3f1eb;stroke:#2f7d64}.call,#tip path{stroke:#2f7d64;fill:none}#tip path{fill:#2f7d64}
svg text{font-size:15px}.rpcs{font-size:11px;fill:#49685e}[hidden]{display:none}
</style>
<header><input type="search" placeholder="Search services, RPCs, messages, fields, words" aria-label="Search">
<nav>${names.map((name) => `<a href="#${name.split('.')[1]}">${name.split('.')[1]}</a>`).join(' · ')}</nav></header>
<h1>Kelp's contracts</h1>
${serviceMap(calls)}
${sections.join('\n')}
<script>
const articles = [...document.querySelectorAll('article')].map((element) => [element, element.textContent.toLowerCase()]);
document.querySelector('input').addEventListener('input', ({ target }) => {
  const words = target.value.toLowerCase().split(/\\s+/);
  for (const [element, text] of articles) element.hidden = !words.every((word) => text.includes(word));
  for (const section of document.querySelectorAll('section')) section.hidden = !section.querySelector('article:not([hidden])');
});
</script>
</html>
`;
