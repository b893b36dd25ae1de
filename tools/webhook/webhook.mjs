// `npm run webhook`: builds what has changed, says nothing unless that fails, and runs it in this process.
import { nx, run } from '../run.mjs';

const { code, output } = await run([nx, 'run', '@kelp/webhook:build', '--output-style=static'], { quiet: true });
if (code !== 0) {
  console.error(`${output}\nThis cannot be built: see above.`);
  process.exit(1);
}
await import('./dist/main.mjs');
