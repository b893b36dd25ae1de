/** One entry of the engine's log, in the form that the CLI reads on standard error. */
export function log(level, message, fields = {}) {
  const entry = {
    timestamp: new Date().toISOString(),
    level,
    fields: { message, ...fields },
    target: 'schema_engine::logger',
  };
  process.stderr.write(`${JSON.stringify(entry)}\n`);
}

/** What the engine said when it panicked, if it did. */
export const panicked = () => globalThis.PRISMA_WASM_PANIC_REGISTRY.message || undefined;
