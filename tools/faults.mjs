// `npm run faults [-- --minutes N --seed S]`: builds what has changed, and breaks it while it works.
import { ports } from './boundaries.mjs';
import { nx, run } from './run.mjs';

const projects = [...Object.keys(ports), 'faults'].map((project) => `@kelp/${project}`);
const args = ['run-many', '-t', 'build', '-p', projects.join(','), '--output-style=static'];
const { code, output } = await run([nx, ...args], { quiet: true });
if (code !== 0) {
  console.error(`${output}\nKelp cannot be built: see above.`);
  process.exit(1);
}
await import('./faults/dist/main.mjs');
