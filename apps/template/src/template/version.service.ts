import { createHash } from 'node:crypto';
import {
  Content,
  Document,
  type GetTemplateVersionRequest,
  type ListTemplateVersionsRequest,
  type ListTemplateVersionsResponse,
  type PublishTemplateRequest,
  type RollbackTemplateRequest,
  type TemplateVersion,
} from '@kelp/contract-template';
import { Injectable } from '@nestjs/common';
import { sourceOf } from '../document/source-of.js';
import { localized } from '../localization/texts.js';
import { compile, type ToHtml } from '../rendering/compile.js';
import { publicPaths } from '../rendering/merge-program.js';
import { MjmlCompiler } from '../rendering/mjml-compiler.js';
import { formatProgram } from '../rendering/program-form.js';
import { ReviewService } from '../review/review.service.js';
import { draftHash, translationsHash } from './draft-hash.js';
import { LocalizationRepository, type StoredLocalization } from './localization.repository.js';
import { byNumber, pageOf } from './page.js';
import { etagMismatch, templateArchived } from './template.errors.js';
import { partsOf, templateName, versionName } from './template.names.js';
import { TemplateRepository } from './template.repository.js';
import { type NewVersion, VersionRepository } from './version.repository.js';

/** Publishing freezes a draft: what was sent once can always be shown again. */
@Injectable()
export class VersionService {
  constructor(
    private readonly templates: TemplateRepository,
    private readonly versions: VersionRepository,
    private readonly localizations: LocalizationRepository,
    private readonly reviews: ReviewService,
    private readonly mjml: MjmlCompiler,
  ) {}

  /**
   * Gives the draft as a version: the latest one where it says the same, else a new one. Nothing is locked while the draft
   * is compiled; where somebody else was faster, it starts again with what is there then.
   * @param signal fires when nobody waits any more
   * @throws what `compile` throws, TEMPLATE_NOT_FOUND, ETAG_MISMATCH, TEMPLATE_ARCHIVED, REVIEW_REQUIRED
   */
  async publish({ name, etag }: PublishTemplateRequest, signal: AbortSignal): Promise<TemplateVersion> {
    const id = partsOf(templateName, name, 'name');
    for (;;) {
      signal.throwIfAborted();
      const template = await this.templates.get(id);
      if (etag && etag !== template.etag) throw etagMismatch(name);
      if (template.archiveTime) throw templateArchived(name);
      const draft = template.draft!;
      const localizations = await this.localizations.list(id);
      const translations = translationsHash(localizations);
      const latest = template.publishedVersion && (await this.versions.get(id, template.publishedVersion));
      if (latest && isSame(latest.content!, draft)) {
        const { translationsHash: earlier } = await this.versions.languages(id, latest.version);
        if (earlier === translations) return latest;
      }
      await this.reviews.requireApproval(id, template, draftHash(draft, localizations));
      const version = await this.compiled(draft, localizations, template.publishedVersion + 1, signal);
      const published = await this.versions.publish(id, template.etag, { ...version, translationsHash: translations });
      if (published) return published;
    }
  }

  /** Where somebody else publishes meanwhile, it starts again. @throws TEMPLATE_NOT_FOUND, VERSION_NOT_FOUND, TEMPLATE_ARCHIVED */
  async rollback({ name }: RollbackTemplateRequest, signal: AbortSignal): Promise<TemplateVersion> {
    const { version, ...id } = partsOf(versionName, name, 'name');
    const earlier = await this.versions.whole(id, Number(version));
    for (;;) {
      signal.throwIfAborted();
      const { etag, publishedVersion, archiveTime } = await this.templates.get(id);
      if (archiveTime) throw templateArchived(templateName.format(id));
      const published = await this.versions.publish(id, etag, { ...earlier, version: publishedVersion + 1 });
      if (published) return published;
    }
  }

  async get({ name }: GetTemplateVersionRequest): Promise<TemplateVersion> {
    const { version, ...id } = partsOf(versionName, name, 'name');
    return this.versions.get(id, Number(version));
  }

  async list({ parent, ...page }: ListTemplateVersionsRequest): Promise<ListTemplateVersionsResponse> {
    const id = partsOf(templateName, parent, 'parent');
    await this.templates.publishedVersion(id); // a template that does not exist has no empty list
    const { items, nextPageToken } = await pageOf(page, {
      list: `${parent}/versions`,
      read: (before: number | undefined, limit) => this.versions.list(id, before, limit),
      format: ({ version }) => byNumber.format(version),
      parse: byNumber.parse,
    });
    return { versions: items, nextPageToken };
  }

  private async compiled(
    draft: Content,
    localizations: readonly StoredLocalization[],
    version: number,
    signal: AbortSignal,
  ): Promise<Omit<NewVersion, 'translationsHash'>> {
    const toHtml: ToHtml = (source) => this.mjml.compile(source, signal);
    const { document, ...texts } = draft;
    const program = await compile(sourceOf(draft), toHtml);
    const others: { language: string; compiled: string }[] = [];
    for (const { language, translations } of localizations) {
      const translate = (key: string, text: string) =>
        Object.hasOwn(translations, key) ? translations[key]![1] : text;
      const source = localized(draft, language, translate);
      others.push({ language, compiled: formatProgram(await compile(source, toHtml)) });
    }
    const compiled = formatProgram(program);
    const hash = createHash('sha256').update(compiled);
    for (const other of others) hash.update(`\n${other.language}\n${other.compiled}`);
    const encoded = document ? new Uint8Array(Document.encode(document).finish()) : null;
    return {
      version,
      ...texts,
      document: encoded,
      mergeFields: publicPaths(program),
      compiled,
      contentHash: hash.digest(),
      localizations: others,
    };
  }
}

const isSame = (a: Content, b: Content): boolean =>
  Buffer.from(Content.encode(a).finish()).equals(Content.encode(b).finish());
