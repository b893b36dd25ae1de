// `node affected-by.mjs < [[file, …], …]`: the projects that Nx affects, for each list of changed files. One process for
// all: Nx takes seconds to know its projects.
import { createRequire } from 'node:module';
import { text } from 'node:stream/consumers';

const require = createRequire(import.meta.url);
const nx = (path) => require(require.resolve('nx/package.json').replace('package.json', `dist/src/${path}.js`));
const { createProjectGraphAsync } = nx('project-graph/project-graph');
const { filterAffected } = nx('project-graph/affected/affected-project-graph');
const { calculateFileChanges } = nx('project-graph/file-utils');

const graph = await createProjectGraphAsync({ exitOnError: true });
const answers = [];
for (const files of JSON.parse(await text(process.stdin))) {
  // Drops what Nx is told to ignore, as its own commands do.
  const changes = calculateFileChanges(files, { files });
  answers.push(Object.keys((await filterAffected(graph, changes)).nodes));
}
console.log(JSON.stringify(answers));
process.exit(0);
