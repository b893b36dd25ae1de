import {
  type GetReportRequest,
  IngestContract,
  type ListDeadLettersRequest,
  type ListDeadLettersResponse,
  type Report as ReportMessage,
} from '@kelp/contract-ingest';
import { GrpcController, type Service } from '@kelp/rpc';
import { DeadLetterService } from './dead-letter/dead-letter.service.js';
import { ReportService } from './report/report.service.js';

/** The contract of ingest, implemented. */
@GrpcController(IngestContract)
export class IngestController implements Service<typeof IngestContract> {
  constructor(
    private readonly reports: ReportService,
    private readonly deadLetters: DeadLetterService,
  ) {}

  getReport({ connection }: GetReportRequest): Promise<ReportMessage> {
    return this.reports.get(connection);
  }

  listDeadLetters(request: ListDeadLettersRequest): Promise<ListDeadLettersResponse> {
    return this.deadLetters.list(request);
  }
}
