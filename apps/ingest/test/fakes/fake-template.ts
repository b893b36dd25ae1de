import {
  type TemplateChange,
  TemplateContract,
  type WatchTemplatesRequest,
  type WatchTemplatesResponse,
} from '@kelp/contract-template';
import { type Call, GrpcController, type Service, sendItems } from '@kelp/rpc';
import { only, serveFake } from './fake-service.js';
import { WatchedList } from './watched-list.js';

const contract = only(TemplateContract, 'watchTemplates');

/** The templates that are published. */
export class FakeTemplates {
  readonly list = new WatchedList<TemplateChange>(({ publishedVersion }) => publishedVersion === 0);

  publish(organization: string, template: string, publishedVersion = 1): void {
    this.list.push({ name: `organizations/${organization}/templates/${template}`, publishedVersion });
  }

  serve(address?: string) {
    return serveFake('template', FakeTemplateController, this, address);
  }
}

@GrpcController(contract)
class FakeTemplateController implements Service<typeof contract> {
  constructor(private readonly templates: FakeTemplates) {}

  async *watchTemplates(
    requests: AsyncIterable<WatchTemplatesRequest>,
    call: Call,
  ): AsyncIterable<WatchTemplatesResponse> {
    yield* sendItems(requests, call, { open: (token, signal) => this.templates.list.changes(token, signal) });
  }
}
