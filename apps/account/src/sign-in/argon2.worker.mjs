import { parentPort } from 'node:worker_threads';
import { argon2id, argon2Verify } from 'hash-wasm';

// Hashes and verifies, one at a time, away from the thread that answers calls.
parentPort.on('message', async ({ id, hash, options, password }) => {
  try {
    const result = hash === undefined ? await argon2id(options) : await argon2Verify({ password, hash });
    parentPort.postMessage({ id, result });
  } catch (error) {
    parentPort.postMessage({ id, problem: String(error) });
  }
});
