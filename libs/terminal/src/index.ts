export { type Cell, table } from './table.js';
export { Terminal } from './terminal.js';
