import { Document, type TemplateVersion } from '@kelp/contract-template';
import { Injectable } from '@nestjs/common';
import { Database } from '../database.js';
import type { TemplateVersion as VersionRow } from '../generated/prisma/client.js';
import { versionNotFound } from './template.errors.js';
import { type TemplateId, versionName } from './template.names.js';
import { keyOf, newEtag } from './template.repository.js';

/** What a version consists of, once it is compiled. */
export type NewVersion = Omit<VersionRow, 'templateId' | 'publishTime' | 'languages'> & {
  /** The compiled forms of the other languages. */
  readonly localizations: readonly { readonly language: string; readonly compiled: string }[];
};

const withoutContent = {
  subject: true,
  preheader: true,
  mjml: true,
  text: true,
  document: true,
  compiled: true,
} as const;

/** Published versions, which never change. */
@Injectable()
export class VersionRepository {
  constructor(private readonly database: Database) {}

  /** @throws VERSION_NOT_FOUND */
  async get(id: TemplateId, version: number): Promise<TemplateVersion> {
    const row = await this.database.client.templateVersion.findFirst({
      where: whereOf(id, version),
      omit: { compiled: true },
    });
    if (!row) throw versionNotFound(nameOf(id, version));
    return toVersion(id, row);
  }

  /**
   * The compiled form of a version, as it is stored.
   * @param language one that it has; empty for the draft's own
   * @throws VERSION_NOT_FOUND
   */
  async compiled(id: TemplateId, version: number, language = ''): Promise<string> {
    if (language) {
      const where = { templateId: id.template, version, language, of: { template: keyOf(id) } };
      const localized = await this.database.client.templateVersionLocalization.findFirst({ where });
      if (localized) return localized.compiled;
    }
    const row = await this.database.client.templateVersion.findFirst({
      where: whereOf(id, version),
      select: { compiled: true },
    });
    if (!row) throw versionNotFound(nameOf(id, version));
    return row.compiled;
  }

  /** The languages that a version has, and what its translations were. @throws VERSION_NOT_FOUND */
  async languages(id: TemplateId, version: number): Promise<{ languages: string[]; translationsHash: string }> {
    const row = await this.database.client.templateVersion.findFirst({
      where: whereOf(id, version),
      select: { languages: true, translationsHash: true },
    });
    if (!row) throw versionNotFound(nameOf(id, version));
    return row;
  }

  /** A version in all its languages, to be published again. @throws VERSION_NOT_FOUND */
  async whole(id: TemplateId, version: number): Promise<NewVersion> {
    const row = await this.database.client.templateVersion.findFirst({
      where: whereOf(id, version),
      omit: { templateId: true, publishTime: true, languages: true },
      include: { localizations: { select: { language: true, compiled: true }, orderBy: { language: 'asc' } } },
    });
    if (!row) throw versionNotFound(nameOf(id, version));
    return row;
  }

  /** A template's versions before a number, latest first, without their content. */
  async list(id: TemplateId, before: number | undefined, limit: number): Promise<TemplateVersion[]> {
    const rows = await this.database.client.templateVersion.findMany({
      where: { templateId: id.template, template: keyOf(id), ...(before !== undefined && { version: { lt: before } }) },
      omit: withoutContent,
      orderBy: { version: 'desc' },
      take: limit,
    });
    return rows.map((row) => toVersion(id, row));
  }

  /**
   * Adds a version and makes it the template's latest one, both or neither.
   * @returns undefined where the template is not any more in the state that the etag names
   */
  async publish(id: TemplateId, etag: string, version: NewVersion): Promise<TemplateVersion | undefined> {
    const publishTime = new Date();
    return this.database.transaction(async (transaction) => {
      const { count } = await transaction.template.updateMany({
        where: { ...keyOf(id), etag },
        data: { publishedVersion: version.version, etag: newEtag(id), updateTime: publishTime },
      });
      if (count === 0) return undefined;
      const { localizations, ...own } = version;
      const row = {
        ...own,
        languages: localizations.map(({ language }) => language),
        templateId: id.template,
        publishTime,
      };
      await transaction.templateVersion.createMany({ data: [row] });
      const key = { templateId: id.template, version: version.version };
      await transaction.templateVersionLocalization.createMany({
        data: localizations.map((one) => ({ ...key, ...one })),
      });
      return toVersion(id, row);
    });
  }
}

const nameOf = (id: TemplateId, version: number) => versionName.format({ ...id, version: String(version) });

const whereOf = (id: TemplateId, version: number) => ({ templateId: id.template, version, template: keyOf(id) });

type Row = Omit<VersionRow, keyof typeof withoutContent> & Partial<VersionRow>;

function toVersion(id: TemplateId, row: Row): TemplateVersion {
  const { subject, preheader = '', mjml, text = '' } = row;
  const document = row.document ? Document.decode(row.document) : undefined;
  return {
    name: nameOf(id, row.version),
    version: row.version,
    content: subject === undefined || mjml === undefined ? undefined : { subject, preheader, mjml, text, document },
    languages: row.languages,
    mergeFields: row.mergeFields,
    contentHash: Buffer.from(row.contentHash),
    publishTime: row.publishTime,
  };
}
