// `npm start`: builds what has changed, says nothing unless that fails, and runs it in this process.
import { ports } from '../boundaries.mjs';
import { nx, run } from '../run.mjs';

const projects = [...Object.keys(ports), 'dev'].map((project) => `@kelp/${project}`);

if (!process.argv.includes('--help')) console.log('Building what has changed …');
const args = ['run-many', '-t', 'build', '-p', projects.join(','), '--output-style=static'];
const { code, output } = await run([nx, ...args], { quiet: true });
if (code !== 0) {
  console.error(`${output}\nKelp cannot be built: see above.`);
  process.exit(1);
}
await import('./dist/main.mjs');
