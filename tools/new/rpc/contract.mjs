import { afterLast, edit } from '../edits.mjs';
import { snake, thirdPerson, withArticle, words } from '../words.mjs';

/** An identifier for examples. */
const ID = '0199a000-0000-7000-8000-00000000000a';
const ORGANIZATION = '^organizations/[0-9a-f-]{36}$';
const READS = /^(Get|List|Count|Check|Search|Query|Find|Compare|Preview|Explain)(?=[A-Z]|$)/;
const VERB = /^[A-Z][a-z0-9]*/;

/** A name that matches a pattern. */
const exampleOf = (pattern) =>
  pattern
    .slice(1, -1)
    .replaceAll('[0-9a-f-]{36}', ID)
    .replaceAll(/\[1-9\]\[0-9\]\{0,\d\}/g, '1');

/**
 * What an RPC takes and gives, by its name: where it is of a resource, that resource by its name.
 * @returns {{ file: string, comment: string, fields: string, answer: string, field: string, value: string }} `file`: of the
 *   messages, below proto/; `field` and `value`: what stands in the request of a test
 */
export function shapeOf(tree, service, rpc) {
  const [verb] = VERB.exec(rpc);
  const rest = rpc.slice(verb.length);
  const resource = service.file.proto.dependency
    .map((path) => tree.read(`proto/${path}`, 'utf8') ?? '')
    .flatMap((text) => [...text.matchAll(/^message Get(\w+)Request \{\n((?: {2}.*\n)+)\}/gm)])
    .filter(([, name]) => rest === name)
    .map(([, name, body]) => ({ name, pattern: /string name = 1 \[.*pattern = "([^"]+)"/.exec(body)?.[1], body }))
    .find(({ pattern }) => pattern !== undefined);
  const comment = `${thirdPerson(verb)[0].toUpperCase()}${thirdPerson(verb).slice(1)}`;
  if (!resource) {
    const field = `  // \`organizations/{organization}\`.\n  string parent = 1 [(buf.validate.field).string.pattern = "${ORGANIZATION}"];\n`;
    return {
      file: `${service.file.proto.name.replace(/[^/]+$/, '')}${snake(rpc)}.proto`,
      comment: `${comment} ${words(rest) || 'something'}.`,
      fields: field,
      answer: `${rpc}Response`,
      field: 'parent',
      value: exampleOf(ORGANIZATION),
    };
  }
  const hasEtag = resourceHasEtag(tree, service, resource.name) && !READS.test(rpc);
  const etag =
    '  // Refuses where it is not the current one. Optional.\n  string etag = 2 [(buf.validate.field).string.max_len = 64];\n';
  return {
    file: fileOf(tree, service, `Get${resource.name}Request`),
    comment: `${comment} ${withArticle(words(resource.name))}.`,
    fields: nameField(resource.body) + (hasEtag ? etag : ''),
    answer: resource.name,
    field: 'name',
    value: exampleOf(resource.pattern),
  };
}

/** The comment and the field `name` of a request. */
const nameField = (body) => /(?: {2}\/\/.*\n)* {2}string name = 1 [\s\S]*?;\n/.exec(body)[0];

const fileOf = (tree, service, message) =>
  service.file.proto.dependency.find((path) => tree.read(`proto/${path}`, 'utf8')?.includes(`\nmessage ${message} {`));

function resourceHasEtag(tree, service, resource) {
  const file = fileOf(tree, service, resource);
  const text = file ? tree.read(`proto/${file}`, 'utf8') : '';
  return new RegExp(`\\nmessage ${resource} \\{\\n(?: {2}.*\\n)*? {2}string etag = `).test(text);
}

/** Writes the RPC and its messages. */
export function addToContract(tree, service, rpc, { file, comment, fields, answer }) {
  const path = `proto/${service.file.proto.name}`;
  const options = READS.test(rpc) ? ' {\n    option idempotency_level = NO_SIDE_EFFECTS;\n  }' : ';';
  const method = `  // ${comment}\n  rpc ${rpc}(${rpc}Request) returns (${answer})${options}\n}`;
  edit(tree, path, (text) =>
    text.replace(new RegExp(`(\\nservice ${service.name} \\{\\n[\\s\\S]*?\\n)\\}`), `$1${method}`),
  );
  const request = `// ${comment}\nmessage ${rpc}Request {\n${fields}}\n`;
  if (tree.exists(`proto/${file}`)) {
    edit(tree, `proto/${file}`, (text) => `${text.trimEnd()}\n\n${request}`);
    return;
  }
  const head = `syntax = "proto3";\n\npackage ${service.file.proto.package};\n\nimport "buf/validate/validate.proto";\n`;
  tree.write(`proto/${file}`, `${head}\n${request}\n// What ${rpc} gives.\nmessage ${answer} {}\n`);
  edit(tree, path, (text) => afterLast(text, /^import /, `import "${file}";`));
}
