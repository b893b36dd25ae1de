import {
  type ApiKey,
  ApiKeyContract,
  type CreateApiKeyRequest,
  type CreateApiKeyResponse,
  type DeleteApiKeyRequest,
  type GetApiKeyRequest,
  type ListApiKeysRequest,
  type ListApiKeysResponse,
  type RotateApiKeyRequest,
  type RotateApiKeyResponse,
  type UpdateApiKeyRequest,
} from '@kelp/contract-account';
import type { Empty } from '@kelp/contract-google';
import { GrpcController, type Service } from '@kelp/rpc';
import { UseFilters } from '@nestjs/common';
import { StoreFilter } from '../store.filter.js';
import { ApiKeyService } from './api-key.service.js';

/** The contract of API keys, implemented. */
@UseFilters(StoreFilter)
@GrpcController(ApiKeyContract)
export class ApiKeyController implements Service<typeof ApiKeyContract> {
  constructor(private readonly keys: ApiKeyService) {}

  createApiKey(request: CreateApiKeyRequest): Promise<CreateApiKeyResponse> {
    return this.keys.create(request);
  }

  getApiKey(request: GetApiKeyRequest): Promise<ApiKey> {
    return this.keys.get(request);
  }

  listApiKeys(request: ListApiKeysRequest): Promise<ListApiKeysResponse> {
    return this.keys.list(request);
  }

  updateApiKey(request: UpdateApiKeyRequest): Promise<ApiKey> {
    return this.keys.update(request);
  }

  async deleteApiKey(request: DeleteApiKeyRequest): Promise<Empty> {
    await this.keys.delete(request);
    return {};
  }

  rotateApiKey(request: RotateApiKeyRequest): Promise<RotateApiKeyResponse> {
    return this.keys.rotate(request);
  }
}
