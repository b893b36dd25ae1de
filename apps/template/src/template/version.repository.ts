import { Document, type TemplateVersion } from '@kelp/contract-template';
import { Injectable } from '@nestjs/common';
import { Database } from '../database.js';
import type { TemplateVersion as VersionRow } from '../generated/prisma/client.js';
import { versionNotFound } from './template.errors.js';
import { type TemplateId, versionName } from './template.names.js';
import { keyOf, newEtag } from './template.repository.js';

/** What a version consists of, once it is compiled. */
export type NewVersion = Omit<VersionRow, 'templateId' | 'publishTime'>;

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

  /** The compiled form of a version, as it is stored. @throws VERSION_NOT_FOUND */
  async compiled(id: TemplateId, version: number): Promise<string> {
    const row = await this.database.client.templateVersion.findFirst({
      where: whereOf(id, version),
      select: { compiled: true },
    });
    if (!row) throw versionNotFound(nameOf(id, version));
    return row.compiled;
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
      const row = { ...version, templateId: id.template, publishTime };
      await transaction.templateVersion.createMany({ data: [row] });
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
    mergeFields: row.mergeFields,
    contentHash: Buffer.from(row.contentHash),
    publishTime: row.publishTime,
  };
}
