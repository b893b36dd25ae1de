// The tools are plain JavaScript that also runs where nothing is built yet: files of the repository, of no project.
/* eslint-disable @nx/enforce-module-boundaries */
export { callersOf, ports as usualPorts } from '../../../tools/boundaries.mjs';
export { freePort } from '../../../tools/postgres/free-port.mjs';
export { startPostgres } from '../../../tools/postgres/server.mjs';
