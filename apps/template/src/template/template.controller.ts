import type { Empty } from '@kelp/contract-google';
import {
  type CreateTemplateRequest,
  type DeleteTemplateRequest,
  type GetTemplateRequest,
  type GetTemplateVersionRequest,
  type ImportDocumentRequest,
  type ImportDocumentResponse,
  type ListTemplatesRequest,
  type ListTemplatesResponse,
  type ListTemplateVersionsRequest,
  type ListTemplateVersionsResponse,
  type PublishTemplateRequest,
  type RenderBatchRequest,
  type RenderBatchResponse,
  type RenderCallsRequest,
  type RenderCallsResponse,
  type RenderRequest,
  type RenderResponse,
  type Template,
  TemplateContract,
  type TemplateVersion,
  type UpdateTemplateRequest,
  type WatchTemplatesRequest,
  type WatchTemplatesResponse,
} from '@kelp/contract-template';
import { answerCalls, type Call, GrpcController, type Service, sendItems } from '@kelp/rpc';
import { importDocument } from '../document/import-document.js';
import { RenderService } from './render.service.js';
import { renderBatch } from './render-batch.js';
import { TemplateService } from './template.service.js';
import { TemplateFeed } from './template-feed.js';
import { VersionService } from './version.service.js';

/** The contract of templates, implemented. */
@GrpcController(TemplateContract)
export class TemplateController implements Service<typeof TemplateContract> {
  constructor(
    private readonly templates: TemplateService,
    private readonly versions: VersionService,
    private readonly renders: RenderService,
    private readonly feed: TemplateFeed,
  ) {}

  createTemplate(request: CreateTemplateRequest): Promise<Template> {
    return this.templates.create(request);
  }

  getTemplate(request: GetTemplateRequest): Promise<Template> {
    return this.templates.get(request);
  }

  listTemplates(request: ListTemplatesRequest): Promise<ListTemplatesResponse> {
    return this.templates.list(request);
  }

  updateTemplate(request: UpdateTemplateRequest): Promise<Template> {
    return this.templates.update(request);
  }

  async deleteTemplate(request: DeleteTemplateRequest): Promise<Empty> {
    await this.templates.delete(request);
    return {};
  }

  async importDocument(request: ImportDocumentRequest): Promise<ImportDocumentResponse> {
    return importDocument(request);
  }

  publishTemplate(request: PublishTemplateRequest, { signal }: Call): Promise<TemplateVersion> {
    return this.versions.publish(request, signal);
  }

  getTemplateVersion(request: GetTemplateVersionRequest): Promise<TemplateVersion> {
    return this.versions.get(request);
  }

  listTemplateVersions(request: ListTemplateVersionsRequest): Promise<ListTemplateVersionsResponse> {
    return this.versions.list(request);
  }

  render(request: RenderRequest): Promise<RenderResponse> {
    return this.renders.render(request);
  }

  async *renderBatch(requests: AsyncIterable<RenderBatchRequest>): AsyncIterable<RenderBatchResponse> {
    yield* renderBatch(requests, (name) => this.renders.renderable(name));
  }

  async *renderCalls(requests: AsyncIterable<RenderCallsRequest>, call: Call): AsyncIterable<RenderCallsResponse> {
    yield* answerCalls(requests, call, { answer: (request) => this.renders.render(request) });
  }

  async *watchTemplates(
    requests: AsyncIterable<WatchTemplatesRequest>,
    call: Call,
  ): AsyncIterable<WatchTemplatesResponse> {
    yield* sendItems(requests, call, { open: (resumeToken, signal) => this.feed.changes(resumeToken, signal) });
  }
}
