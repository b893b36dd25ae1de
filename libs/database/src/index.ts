export { ensureDatabase } from './ensure-database.js';
export { migrate } from './migrate.js';
