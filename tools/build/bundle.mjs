// `node tools/build/bundle.mjs <project folder>`: makes dist/main.mjs of src/main.ts, one file that runs without
// node_modules.
import { existsSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { commonjsGlobals } from './commonjs-globals.mjs';
import { leftOut } from './left-out.mjs';
import { swcPlugin } from './swc-plugin.mjs';

const project = resolve(import.meta.dirname, '../..', process.argv[2] ?? '');
const entry = join(project, 'src/main.ts');
if (!process.argv[2] || !existsSync(entry)) {
  console.error('Usage: node tools/build/bundle.mjs <folder with a src/main.ts>');
  process.exit(2);
}

const dist = join(project, 'dist');
rmSync(dist, { recursive: true, force: true });
const { metafile } = await build({
  entryPoints: [entry],
  outfile: join(dist, 'main.mjs'),
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  sourcemap: true,
  keepNames: true, // Nest names providers and errors after their classes
  legalComments: 'linked',
  metafile: true,
  logLevel: 'warning',
  external: leftOut,
  banner: { js: commonjsGlobals },
  plugins: [swcPlugin],
});
const { bytes } = Object.values(metafile.outputs).find((output) => output.entryPoint);
console.log(`dist/main.mjs: ${(bytes / 1e6).toFixed(1)} MB of ${Object.keys(metafile.inputs).length} modules`);
