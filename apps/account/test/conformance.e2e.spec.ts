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

const contracts = [
  AccountContract,
  DirectoryContract,
  ApiKeyContract,
  AccessContract,
  AuditContract,
  KeyringContract,
  SignInContract,
  SsoContract,
];

for (const contract of contracts) conformance(contract, 'account', subject);
compatibility(contracts, 'account', subject);
