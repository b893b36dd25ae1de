import { ingestOn, makeGround } from './start-ingest.js';

/** The whole service on a database and a folder of its own; it forwards nothing, as what it calls is nowhere. */
export async function subject() {
  const { database, stateFolder, clear } = await makeGround();
  return { module: await ingestOn({ database, stateFolder, roles: ['edge'] }), drop: clear };
}
