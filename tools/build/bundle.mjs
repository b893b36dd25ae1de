// `node tools/build/bundle.mjs <project folder>`: makes dist/main.mjs of src/main.ts, one file that runs without
// node_modules; one of each src/**/*.worker.mjs beside it, for its helpers; and dist/sbom.json, which says what is in them.
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { build } from 'esbuild';
import { commonjsGlobals } from './commonjs-globals.mjs';
import { leftOut } from './left-out.mjs';
import { billOfMaterials } from './sbom.mjs';
import { swcPlugin } from './swc-plugin.mjs';

const project = resolve(import.meta.dirname, '../..', process.argv[2] ?? '');
const entry = join(project, 'src/main.ts');
if (!process.argv[2] || !existsSync(entry)) {
  console.error('Usage: node tools/build/bundle.mjs <folder with a src/main.ts>');
  process.exit(2);
}

const workers = readdirSync(join(project, 'src'), { recursive: true })
  .filter((file) => file.endsWith('.worker.mjs'))
  .map((file) => [basename(file, '.mjs'), join(project, 'src', file)]);

const dist = join(project, 'dist');
rmSync(dist, { recursive: true, force: true });
const { metafile } = await build({
  entryPoints: { main: entry, ...Object.fromEntries(workers) },
  outdir: dist,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  sourcemap: true,
  sourcesContent: false, // Node reads a map whole before it runs a line
  legalComments: 'linked',
  metafile: true,
  logLevel: 'warning',
  external: leftOut,
  banner: { js: commonjsGlobals },
  plugins: [swcPlugin],
});
writeFileSync(
  join(dist, 'sbom.json'),
  `${JSON.stringify(billOfMaterials(basename(project), Object.keys(metafile.inputs)), null, 2)}\n`,
);
for (const [file, { bytes, inputs, entryPoint }] of Object.entries(metafile.outputs)) {
  if (!entryPoint) continue;
  console.log(`dist/${basename(file)}: ${(bytes / 1e6).toFixed(1)} MB of ${Object.keys(inputs).length} modules`);
}
