import { ports } from '../../boundaries.mjs';
import { afterLast, edit, editJson, sortedInto } from '../edits.mjs';
import { documentsLike, EXEMPLAR, itemsLike } from './like.mjs';

/** Adds a service to all that lists services: who calls whom, tools, manifests, the README. */
export function addToLists(tree, service) {
  const port = Math.max(...Object.values(ports)) + 1;
  edit(tree, 'tools/boundaries.mjs', (text) =>
    afterLast(
      sortedInto(text, /^export const calls = \{$/, /^\};$/, `  ${service}: {},`),
      /^ {2}\w+: 50_\d{3},$/,
      `  ${service}: ${String(port).replace(/(\d{3})$/, '_$1')},`,
    ),
  );
  edit(tree, 'tools/contract/src/contracts.ts', (text) =>
    sortedInto(
      afterLast(text, /^import \* as /, `import * as ${service} from '@kelp/contract-${service}';`),
      /^export const libraries/,
      /^\};$/,
      `  'kelp.${service}.v1': ${service},`,
    ),
  );
  edit(tree, 'README.md', (text) =>
    afterLast(
      afterLast(text, /^\| `apps\//, `| \`apps/${service}\` | ${service}: say here what it owns |`),
      /^\| \w+ \| 127\.0\.0\.1:500\d\d \|/,
      `| ${service} | 127.0.0.1:${port} | | \`${service.toUpperCase()}_PORT\` |`,
    ),
  );
  for (const tool of tree.children('tools')) addToTool(tree, `tools/${tool}/package.json`, service);
  addToManifests(tree, service);
}

/** What starts every service needs every service's build. */
function addToTool(tree, path, service) {
  if (!tree.exists(path)) return;
  const { nx } = JSON.parse(tree.read(path, 'utf8'));
  const needsAll = Object.keys(ports).every((each) => nx?.implicitDependencies?.includes(`@kelp/${each}`));
  if (needsAll) editJson(tree, path, (content) => content.nx.implicitDependencies.push(`@kelp/${service}`));
}

function addToManifests(tree, service) {
  const items = (path, except) => edit(tree, `k8s/${path}`, (text) => itemsLike(text, service, except));
  items('base/kustomization.yaml');
  items('components/tracing/kustomization.yaml');
  items('components/monitoring/kustomization.yaml', new RegExp(`rules/${EXEMPLAR}`));
  for (const overlay of tree.children('k8s/overlays')) items(`overlays/${overlay}/kustomization.yaml`);
  for (const path of ['components/autoscaling/by-work.yaml', 'examples/postgresql/clusters.yaml'])
    edit(tree, `k8s/${path}`, (text) => documentsLike(text, service));
}
