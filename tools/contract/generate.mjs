// `node tools/contract/generate.mjs <name>`: writes libs/contract-<name>/src from its protos. Run by `npm run gen`
// through Nx, which knows when there is nothing to do.
import { writeLibrary } from './library.mjs';

writeLibrary(process.argv[2]);
