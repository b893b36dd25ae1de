import { compatibility, conformance } from '@kelp/conformance';
import {
  AccessContract,
  AccountContract,
  ApiKeyContract,
  AuditContract,
  DirectoryContract,
  KeyringContract,
  SignInContract,
} from '@kelp/contract-account';
import { freshDatabase } from '@kelp/testing';
import { accountOn } from './start-account.js';

const subject = async () => {
  const { url, drop } = await freshDatabase('account');
  return { ...accountOn(url), drop };
};

for (const contract of [
  AccountContract,
  DirectoryContract,
  ApiKeyContract,
  AccessContract,
  AuditContract,
  KeyringContract,
  SignInContract,
])
  conformance(contract, 'account', subject);
compatibility(AccountContract, 'account', subject);
