// Loads the WebAssembly build of Prisma's schema engine. Its own entry point imports the .wasm file as a module, which
// Node does only behind a flag.
import { readFileSync } from 'node:fs';
import * as bindings from '@prisma/schema-engine-wasm/schema_engine_bg';

/** The engine calls this before it gives up; see `panicked`. */
globalThis.PRISMA_WASM_PANIC_REGISTRY = {
  message: '',
  set_message(message) {
    this.message = message;
  },
};

const file = new URL('schema_engine_bg.wasm', import.meta.resolve('@prisma/schema-engine-wasm/schema_engine_bg'));
const instance = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(file)), {
  './schema_engine_bg.js': bindings,
});
bindings.__wbg_set_wasm(instance.exports);
instance.exports.__wbindgen_start();

export const { SchemaEngine, version } = bindings;
