import { compatibility, conformance } from '@kelp/conformance';
import {
  AccessContract,
  AccountContract,
  ApiKeyContract,
  AuditContract,
  DirectoryContract,
  KeyringContract,
  SignInContract,
  SsoContract,
} from '@kelp/contract-account';
import { subject } from './subject.js';

for (const contract of [
  AccountContract,
  DirectoryContract,
  ApiKeyContract,
  AccessContract,
  AuditContract,
  KeyringContract,
  SignInContract,
  SsoContract,
])
  conformance(contract, 'account', subject);
compatibility(AccountContract, 'account', subject);
