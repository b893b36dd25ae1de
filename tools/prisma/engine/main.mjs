// What the Prisma CLI starts as its schema engine: either one errand on a database (`cli …`), or a server of JSON-RPC
// requests, one a line, on standard input.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { runErrand } from './errand.mjs';
import { log, panicked } from './log.mjs';
import { postgresFactory } from './postgres.mjs';
import { serveRequests } from './server.mjs';
import { SchemaEngine, version } from './wasm.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  strict: false, // the CLI also passes options that only the native engine needs
  options: {
    datamodels: { type: 'string', multiple: true },
    datasource: { type: 'string' },
    version: { type: 'boolean' },
  },
});
const url = values.datasource ? JSON.parse(values.datasource).url : undefined;

process.on('uncaughtException', (error) => {
  log('ERROR', panicked() ?? error.message);
  process.exit(101); // what a Rust program that panicked exits with: the CLI reports it as such
});

if (values.version) {
  console.log(`schema-engine-cli ${version()}`);
} else if (positionals[0] === 'cli') {
  process.exitCode = await runErrand(positionals[1], url);
} else {
  const datamodels = values.datamodels?.map((path) => [path, readFileSync(path, 'utf8')]);
  let engine;
  await serveRequests(() => {
    engine ??= SchemaEngine.new({ datamodels }, () => {}, postgresFactory(url));
    return engine;
  });
  process.exit(0);
}
