import type { Loaded } from '@kelp/config';
import type { Logger } from '@kelp/telemetry';
import { type DynamicModule, Module } from '@nestjs/common';
import { CommentRepository } from './comment/comment.repository.js';
import { CommentService } from './comment/comment.service.js';
import type { settings } from './config.js';
import { Database } from './database.js';
import { FolderRepository } from './folder/folder.repository.js';
import { FolderService } from './folder/folder.service.js';
import { MjmlCompiler } from './rendering/mjml-compiler.js';
import { ProgramCache } from './rendering/program-cache.js';
import { ReviewController } from './review/review.controller.js';
import { ReviewRepository } from './review/review.repository.js';
import { ReviewService } from './review/review.service.js';
import { ReviewPolicyRepository } from './review/review-policy.repository.js';
import { ReviewPolicyService } from './review/review-policy.service.js';
import { ExportService } from './template/export.service.js';
import { HistoryService } from './template/history.service.js';
import { LocalizationRepository } from './template/localization.repository.js';
import { LocalizationService } from './template/localization.service.js';
import { RenderService } from './template/render.service.js';
import { RevisionRepository } from './template/revision.repository.js';
import { TemplateController } from './template/template.controller.js';
import { TemplateRepository } from './template/template.repository.js';
import { TemplateService } from './template/template.service.js';
import { TemplateFeed } from './template/template-feed.js';
import { VersionRepository } from './template/version.repository.js';
import { VersionService } from './template/version.service.js';

type Config = Pick<Loaded<typeof settings>, 'database' | 'renderCacheMiB'>;

const MIB = 1024 * 1024;

/** The whole service. */
@Module({})
// biome-ignore lint/complexity/noStaticOnlyClass: Nest knows a module by its class
export class AppModule {
  static with({ database: { url, connectionsMax }, renderCacheMiB }: Config, log: Logger): DynamicModule {
    const database = new Database(url, connectionsMax);
    const templates = new TemplateRepository(database);
    const versions = new VersionRepository(database);
    const localizations = new LocalizationRepository(database);
    const revisions = new RevisionRepository(database);
    const policies = new ReviewPolicyRepository(database);
    const reviews = new ReviewService(templates, localizations, policies, new ReviewRepository(database));
    const mjml = new MjmlCompiler();
    const renders = new RenderService(templates, versions, new ProgramCache(renderCacheMiB * MIB));
    const providers = [
      [Database, database],
      [MjmlCompiler, mjml],
      [TemplateService, new TemplateService(templates)],
      [VersionService, new VersionService(templates, versions, localizations, reviews, mjml)],
      [RenderService, renders],
      [ExportService, new ExportService(renders, templates)],
      [HistoryService, new HistoryService(templates, versions, revisions)],
      [ReviewPolicyService, new ReviewPolicyService(policies)],
      [ReviewService, reviews],
      [CommentService, new CommentService(templates, new CommentRepository(database))],
      [FolderService, new FolderService(new FolderRepository(database))],
      [LocalizationService, new LocalizationService(templates, localizations)],
      [TemplateFeed, new TemplateFeed(url, templates, log)],
    ] as const;
    return {
      module: AppModule,
      controllers: [TemplateController, ReviewController],
      providers: providers.map(([provide, useValue]) => ({ provide, useValue })),
    };
  }
}
