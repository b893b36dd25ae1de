import {
  AccessContract,
  type BatchCheckAccessRequest,
  type BatchCheckAccessResponse,
  type CheckAccessCallsRequest,
  type CheckAccessCallsResponse,
  type CheckAccessRequest,
  type CheckAccessResponse,
  checkCheckAccessRequest,
  type ListAccessibleRequest,
  type ListAccessibleResponse,
  type ListPrincipalsRequest,
  type ListPrincipalsResponse,
  type WatchAccessRequest,
  type WatchAccessResponse,
} from '@kelp/contract-account';
import { answerCalls, type Call, GrpcController, type Service, sendItems } from '@kelp/rpc';
import { UseFilters } from '@nestjs/common';
import { invalidFields } from '../account.errors.js';
import { StoreFilter } from '../store.filter.js';
import { AccessService } from './access.service.js';
import { AccessFeed } from './access-feed.js';

/** The contract of access, implemented. */
@UseFilters(StoreFilter)
@GrpcController(AccessContract)
export class AccessController implements Service<typeof AccessContract> {
  constructor(
    private readonly access: AccessService,
    private readonly feed: AccessFeed,
  ) {}

  checkAccess(request: CheckAccessRequest, call: Call): Promise<CheckAccessResponse> {
    return this.access.check(request, call.signal);
  }

  batchCheckAccess(request: BatchCheckAccessRequest, call: Call): Promise<BatchCheckAccessResponse> {
    return this.access.batchCheck(request, call.signal);
  }

  /** Each question is checked by itself: a wrong one does not end the stream of the others. */
  async *checkAccessCalls(
    requests: AsyncIterable<CheckAccessCallsRequest>,
    call: Call,
  ): AsyncIterable<CheckAccessCallsResponse> {
    yield* answerCalls(requests, call, {
      answer: async (request: CheckAccessRequest, { signal }) => {
        const violations = checkCheckAccessRequest(request);
        if (violations.length > 0) throw invalidFields([...violations]);
        return await this.access.check(request, signal);
      },
    });
  }

  listAccessible(request: ListAccessibleRequest, call: Call): Promise<ListAccessibleResponse> {
    return this.access.accessible(request, call.signal);
  }

  listPrincipals(request: ListPrincipalsRequest, call: Call): Promise<ListPrincipalsResponse> {
    return this.access.principals(request, call.signal);
  }

  async *watchAccess(requests: AsyncIterable<WatchAccessRequest>, call: Call): AsyncIterable<WatchAccessResponse> {
    yield* sendItems(requests, call, { open: (resumeToken, signal) => this.feed.changes(resumeToken, signal) });
  }
}
