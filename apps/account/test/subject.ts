import { freshDatabase } from '@kelp/testing';
import { accountOn } from './start-account.js';

/** The whole service on a database of its own. */
export async function subject() {
  const { url, drop } = await freshDatabase('account');
  return { ...accountOn(url), drop };
}
