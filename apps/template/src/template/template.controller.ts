import type { Empty } from '@kelp/contract-google';
import {
  type ArchiveTemplateRequest,
  type CompareContentsRequest,
  type CompareContentsResponse,
  type CreateTemplateRequest,
  type DeleteLocalizationRequest,
  type DeleteTemplateRequest,
  type DuplicateTemplateRequest,
  type ExportTemplateRequest,
  type ExportTemplateResponse,
  type ExportTranslationsRequest,
  type ExportTranslationsResponse,
  type GetTemplateRequest,
  type GetTemplateRevisionRequest,
  type GetTemplateTypeRequest,
  type GetTemplateVersionRequest,
  type ImportDocumentRequest,
  type ImportDocumentResponse,
  type ImportTranslationsRequest,
  type ListFoldersRequest,
  type ListFoldersResponse,
  type ListLocalizationsRequest,
  type ListLocalizationsResponse,
  type ListTemplateRevisionsRequest,
  type ListTemplateRevisionsResponse,
  type ListTemplatesRequest,
  type ListTemplatesResponse,
  type ListTemplateVersionsRequest,
  type ListTemplateVersionsResponse,
  type ListTranslationKeysRequest,
  type ListTranslationKeysResponse,
  type Localization,
  type MoveFolderRequest,
  type MoveFolderResponse,
  type PublishTemplateRequest,
  type RenderBatchRequest,
  type RenderBatchResponse,
  type RenderCallsRequest,
  type RenderCallsResponse,
  type RenderRequest,
  type RenderResponse,
  type RestoreTemplateRequest,
  type RollbackTemplateRequest,
  type Template,
  TemplateContract,
  type TemplateRevision,
  type TemplateType,
  type TemplateVersion,
  type UnarchiveTemplateRequest,
  type UpdateTemplateRequest,
  type WatchTemplatesRequest,
  type WatchTemplatesResponse,
} from '@kelp/contract-template';
import { answerCalls, type Call, GrpcController, type Service, sendItems } from '@kelp/rpc';
import { importDocument } from '../document/import-document.js';
import { FolderService } from '../folder/folder.service.js';
import { ExportService } from './export.service.js';
import { HistoryService } from './history.service.js';
import { LocalizationService } from './localization.service.js';
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
    private readonly history: HistoryService,
    private readonly localizations: LocalizationService,
    private readonly exports: ExportService,
    private readonly folders: FolderService,
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

  archiveTemplate(request: ArchiveTemplateRequest): Promise<Template> {
    return this.templates.archive(request);
  }

  unarchiveTemplate(request: UnarchiveTemplateRequest): Promise<Template> {
    return this.templates.unarchive(request);
  }

  listFolders(request: ListFoldersRequest): Promise<ListFoldersResponse> {
    return this.folders.list(request);
  }

  moveFolder(request: MoveFolderRequest): Promise<MoveFolderResponse> {
    return this.folders.move(request);
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

  rollbackTemplate(request: RollbackTemplateRequest, { signal }: Call): Promise<TemplateVersion> {
    return this.versions.rollback(request, signal);
  }

  duplicateTemplate(request: DuplicateTemplateRequest): Promise<Template> {
    return this.history.duplicate(request);
  }

  getTemplateRevision(request: GetTemplateRevisionRequest): Promise<TemplateRevision> {
    return this.history.get(request);
  }

  listTemplateRevisions(request: ListTemplateRevisionsRequest): Promise<ListTemplateRevisionsResponse> {
    return this.history.list(request);
  }

  restoreTemplate(request: RestoreTemplateRequest): Promise<Template> {
    return this.history.restore(request);
  }

  compareContents(request: CompareContentsRequest): Promise<CompareContentsResponse> {
    return this.history.compare(request);
  }

  listTranslationKeys(request: ListTranslationKeysRequest): Promise<ListTranslationKeysResponse> {
    return this.localizations.keys(request);
  }

  listLocalizations(request: ListLocalizationsRequest): Promise<ListLocalizationsResponse> {
    return this.localizations.list(request);
  }

  importTranslations(request: ImportTranslationsRequest): Promise<Localization> {
    return this.localizations.import(request);
  }

  exportTranslations(request: ExportTranslationsRequest): Promise<ExportTranslationsResponse> {
    return this.localizations.export(request);
  }

  async deleteLocalization(request: DeleteLocalizationRequest): Promise<Empty> {
    await this.localizations.delete(request);
    return {};
  }

  exportTemplate(request: ExportTemplateRequest): Promise<ExportTemplateResponse> {
    return this.exports.export(request);
  }

  getTemplateType(request: GetTemplateTypeRequest): Promise<TemplateType> {
    return this.exports.type(request);
  }

  render(request: RenderRequest): Promise<RenderResponse> {
    return this.renders.render(request);
  }

  async *renderBatch(requests: AsyncIterable<RenderBatchRequest>): AsyncIterable<RenderBatchResponse> {
    yield* renderBatch(requests, (name, language) => this.renders.renderable(name, language));
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
