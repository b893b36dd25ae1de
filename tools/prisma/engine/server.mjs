import { createInterface } from 'node:readline';
import { log, panicked } from './log.mjs';

const ENGINE_ERROR = 4466;

const send = (message) => process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);

async function answer(getEngine, { id, method, params }) {
  try {
    const engine = await getEngine();
    const input = Array.isArray(params) ? params[0] : params;
    const result = await (method === 'getDatabaseVersion' ? engine.version(input) : engine[method](input));
    // The native engine prints a diff by itself, through the CLI.
    if (method === 'diff' && typeof result?.stdout === 'string') {
      send({ id: Date.now(), method: 'print', params: { content: result.stdout } });
    }
    send({ id, result: result ?? {} });
  } catch (error) {
    if (panicked()) {
      log('ERROR', panicked());
      process.exit(101);
    }
    const data = { is_panic: false, message: error?.message ?? String(error) };
    if (error?.code) Object.assign(data, { error_code: error.code, meta: error.meta });
    send({ id, error: { code: ENGINE_ERROR, message: 'An error happened. Check the data field for details.', data } });
  }
}

/** Answers the CLI's requests until it closes standard input. */
export async function serveRequests(getEngine) {
  const pending = new Set();
  for await (const line of createInterface({ input: process.stdin })) {
    const request = JSON.parse(line);
    if (!request.method) continue; // an answer to what was printed
    const job = answer(getEngine, request).finally(() => pending.delete(job));
    pending.add(job);
  }
  await Promise.all(pending);
}
