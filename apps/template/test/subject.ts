import { freshDatabase } from '@kelp/testing';
import { templateOn } from './start-template.js';

/** The whole service on a database of its own. */
export async function subject() {
  const { url, drop } = await freshDatabase('template');
  return { module: templateOn(url), drop };
}
