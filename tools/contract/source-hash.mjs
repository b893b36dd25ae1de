// `node tools/contract/source-hash.mjs <name>`: a hash of the source of a contract and of all that it imports, comments
// included. Nx asks, to know whether to generate: it does not look at proto/ itself.
import { createHash } from 'node:crypto';
import { sourcesOf } from './sources.mjs';

const hash = createHash('sha256');
for (const [path, text] of sourcesOf(process.argv[2])) hash.update(path).update(text);
console.log(hash.digest('hex'));
