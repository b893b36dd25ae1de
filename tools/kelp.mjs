// `npm run kelp -- …`: builds what has changed, and does what an operator asks for.
import { nx, run } from './run.mjs';

const { code, output } = await run([nx, 'run', '@kelp/kelp:build', '--output-style=static'], { quiet: true });
if (code !== 0) {
  console.error(`${output}\nThe command cannot be built: see above.`);
  process.exit(1);
}
await import('./kelp/dist/main.mjs');
