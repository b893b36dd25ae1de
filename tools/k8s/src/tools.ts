// The tools are plain JavaScript that also runs where nothing is built yet: files of the repository, of no project.
/* eslint-disable @nx/enforce-module-boundaries */
export { callersOf, calls, operators } from '../../boundaries.mjs';
export { freePort } from '../../postgres/free-port.mjs';
