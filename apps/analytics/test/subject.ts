import { logger } from '@kelp/telemetry';
import { freshDatabase } from '@kelp/testing';
import { AppModule } from '../src/app.module.js';

/** The whole service on a database of its own. */
export async function subject() {
  const { url, drop } = await freshDatabase('analytics');
  const module = AppModule.with({ database: { url, connectionsMax: 8 } }, logger('analytics', 'silent'));
  return { module, drop };
}
