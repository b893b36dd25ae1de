import {
  type AuditCheckpoint,
  AuditContract,
  type CreateAuditCheckpointRequest,
  type ExportAuditEntriesRequest,
  type ExportAuditEntriesResponse,
  type ListAuditCheckpointsRequest,
  type ListAuditCheckpointsResponse,
  type ListAuditEntriesRequest,
  type ListAuditEntriesResponse,
  type VerifyAuditLogRequest,
  type VerifyAuditLogResponse,
} from '@kelp/contract-account';
import { type Call, GrpcController, type Service } from '@kelp/rpc';
import { UseFilters } from '@nestjs/common';
import { StoreFilter } from '../store.filter.js';
import { AuditService } from './audit.service.js';

/** The contract of audit logs, implemented. */
@UseFilters(StoreFilter)
@GrpcController(AuditContract)
export class AuditController implements Service<typeof AuditContract> {
  constructor(private readonly audit: AuditService) {}

  listAuditEntries(request: ListAuditEntriesRequest): Promise<ListAuditEntriesResponse> {
    return this.audit.list(request);
  }

  /** Ends also where the server goes away: whoever follows begins again behind the last entry that they have. */
  async *exportAuditEntries(request: ExportAuditEntriesRequest, call: Call): AsyncIterable<ExportAuditEntriesResponse> {
    yield* this.audit.export(request, AbortSignal.any([call.signal, call.draining]));
  }

  verifyAuditLog(request: VerifyAuditLogRequest): Promise<VerifyAuditLogResponse> {
    return this.audit.verify(request);
  }

  createAuditCheckpoint(request: CreateAuditCheckpointRequest): Promise<AuditCheckpoint> {
    return this.audit.sign(request);
  }

  listAuditCheckpoints(request: ListAuditCheckpointsRequest): Promise<ListAuditCheckpointsResponse> {
    return this.audit.checkpoints(request);
  }
}
