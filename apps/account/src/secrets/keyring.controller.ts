import {
  KeyringContract,
  type ListSecretKeysResponse,
  type ResealSecretsRequest,
  type ResealSecretsResponse,
  type RotateSigningKeyRequest,
  type RotateSigningKeyResponse,
} from '@kelp/contract-account';
import { GrpcController, type Service } from '@kelp/rpc';
import { UseFilters } from '@nestjs/common';
import { SigningKeys } from '../signing/signing-keys.js';
import { StoreFilter } from '../store.filter.js';
import { Keyring } from './keyring.js';

/** The contract of keys, implemented. */
@UseFilters(StoreFilter)
@GrpcController(KeyringContract)
export class KeyringController implements Service<typeof KeyringContract> {
  constructor(
    private readonly keyring: Keyring,
    private readonly signing: SigningKeys,
  ) {}

  listSecretKeys(): Promise<ListSecretKeysResponse> {
    return this.keyring.list();
  }

  resealSecrets({ maxSecrets }: ResealSecretsRequest): Promise<ResealSecretsResponse> {
    return this.keyring.reseal(maxSecrets || undefined);
  }

  async rotateSigningKey({ revokeEarlier }: RotateSigningKeyRequest): Promise<RotateSigningKeyResponse> {
    return { keyId: await this.signing.rotate(revokeEarlier) };
  }
}
