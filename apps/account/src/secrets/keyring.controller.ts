import {
  KeyringContract,
  type ListSecretKeysResponse,
  type ResealSecretsRequest,
  type ResealSecretsResponse,
} from '@kelp/contract-account';
import { GrpcController, type Service } from '@kelp/rpc';
import { UseFilters } from '@nestjs/common';
import { StoreFilter } from '../store.filter.js';
import { Keyring } from './keyring.js';

/** The contract of keys, implemented. */
@UseFilters(StoreFilter)
@GrpcController(KeyringContract)
export class KeyringController implements Service<typeof KeyringContract> {
  constructor(private readonly keyring: Keyring) {}

  listSecretKeys(): Promise<ListSecretKeysResponse> {
    return this.keyring.list();
  }

  resealSecrets({ maxSecrets }: ResealSecretsRequest): Promise<ResealSecretsResponse> {
    return this.keyring.reseal(maxSecrets || undefined);
  }
}
