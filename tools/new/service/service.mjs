import { createRequire } from 'node:module';
import { join } from 'node:path';
import { operators, ports, vocabularies } from '../../boundaries.mjs';
import { generate } from '../generate.mjs';
import { Refusal } from '../refusal.mjs';
import { camel, kebab, pascal, plural, snake, withArticle, words } from '../words.mjs';
import { addToLists } from './lists.mjs';
import { addToLock, link } from './workspace.mjs';

const { generateFiles } = createRequire(import.meta.url)('@nx/devkit');

/** Where files are taken from that are the same in every service; there they are kept, tested and mended. */
const SAME = {
  from: 'apps/template',
  files: {
    'tsconfig.json': 'tsconfig.json',
    'prisma/migrations/migration_lock.toml': 'prisma/migrations/migration_lock.toml',
    'src/database.ts': 'src/database.ts',
    'src/database-away.ts': 'src/database-away.ts',
    'src/database-away.spec.ts': 'src/database-away.spec.ts',
    'src/store.errors.ts': 'src/store.errors.ts',
    'src/template/page.ts': 'src/__kebab__/page.ts',
    'test/refusal.ts': 'test/refusal.ts',
  },
};

/** A service with one resource, which works. */
export function newService(tree, service, { resource = pascal(service), plural: Resources = plural(resource) }) {
  check(tree, service, resource, Resources);
  const names = { ...spellings(service, resource, Resources), time: timestamp(new Date()) };
  const [app, contract] = [`apps/${service}`, `libs/contract-${service}`];
  const write = (from, to) => generateFiles(tree, join(import.meta.dirname, 'files', from), to, names);
  write('app', app);
  write('proto', `proto/kelp/${service}/v1`);
  write('releases', `proto/releases/${service}`);
  write('contract', contract);
  write('k8s', 'k8s/base');
  tree.write(`${contract}/tsconfig.json`, tree.read(`${app.replace(service, 'template')}/tsconfig.json`));
  for (const [from, to] of Object.entries(SAME.files))
    tree.write(
      join(app, to.replace('__kebab__', names.kebab)),
      sameFile(tree.read(`${SAME.from}/${from}`, 'utf8'), names),
    );
  addToLists(tree, service);
  addToLock(tree, [app, contract]);
  return {
    finish: (paths) => {
      link(tree.root, [app, contract]);
      generate(tree.root, service, paths);
    },
    next: `${service} is an ordinary service now. Say what it owns: in ${app}/README.md, in README.md, and in the contract's
comments. Who calls it stands in tools/boundaries.mjs: nobody yet. \`npm run new -- rpc ${service}.<Rpc>\` adds an RPC, and
\`npm run check\` holds as it is.`,
  };
}

/** The words of the exemplar, in those of the new service. */
const sameFile = (text, { service, Service, kebab: file }) =>
  text
    .replaceAll('./template.errors.js', `./${file}.errors.js`)
    .replaceAll(/\btemplate\b/g, service)
    .replaceAll(/\bTemplate(?=Contract\b)/g, Service);

const spellings = (service, Resource, Resources) => ({
  service,
  Service: pascal(service),
  Resource,
  Resources,
  resource: camel(Resource),
  resources: camel(Resources),
  snake: snake(Resource),
  snakes: snake(Resources),
  kebab: kebab(Resource),
  UPPER: snake(Resource).toUpperCase(),
  words: words(Resource),
  Words: pascal(words(Resource)),
  aWords: withArticle(words(Resource)),
  AWords: pascal(withArticle(words(Resource))),
  pluralWords: words(Resources),
  PluralWords: pascal(words(Resources)),
});

/** As names of migrations begin. */
const timestamp = (now) => now.toISOString().replaceAll(/\D/g, '').slice(0, 14);

/** What the code of a service calls something else. */
const USED = [
  'Client',
  'Content',
  'Database',
  'Empty',
  'ErrorReason',
  'FieldMask',
  'Service',
  'Timestamp',
  'Transaction',
];
/** What is no name for a variable, which both a service's and a resource's become. */
const isWord = (name) => {
  try {
    new Function(name, '"use strict";');
    return true;
  } catch {
    return false;
  }
};

function check(tree, service, resource, resources) {
  if (!/^[a-z][a-z0-9]{1,30}$/.test(service) || !isWord(service))
    throw new Refusal(
      `"${service}" is no name for a service: one word of 2 to 31 letters in lower case, such as "billing".`,
    );
  const others = [...vocabularies, ...operators, 'webhooks', 'postgres', 'buf', 'echo'];
  if (
    service in ports ||
    others.includes(service) ||
    tree.exists(`apps/${service}`) ||
    tree.exists(`libs/contract-${service}`)
  )
    throw new Refusal(`"${service}" is taken. Services are: ${Object.keys(ports).join(', ')}.`);
  for (const [name, what] of [
    [resource, 'a resource'],
    [resources, 'its plural'],
  ]) {
    if (!/^([A-Z][a-z0-9]+)+$/.test(name) || !isWord(camel(name)))
      throw new Refusal(
        `"${name}" is no name for ${what}: words with capital letters, such as "Invoice" and "CreditNotes".`,
      );
  }
  if (resource === resources) throw new Refusal(`"${resource}" is its own plural. Give another --plural.`);
  if (USED.includes(resource) || resource in globalThis)
    throw new Refusal(`"${resource}" means something else in code already. Give another --resource.`);
}
