import { conformance } from '@kelp/conformance';
import { AccountContract } from '@kelp/contract-account';
import { freshDatabase } from '@kelp/testing';
import { accountOn } from './start-account.js';

conformance(AccountContract, 'account', async () => {
  const { url, drop } = await freshDatabase('account');
  return { module: accountOn(url), drop };
});
