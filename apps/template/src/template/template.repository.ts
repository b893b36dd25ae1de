import type { Change } from '@kelp/change-feed';
import { type Content, Document, type Template, type TemplateChange } from '@kelp/contract-template';
import { etagOf, uuidv7 } from '@kelp/resource';
import { currentCall } from '@kelp/rpc';
import { Injectable } from '@nestjs/common';
import { Database } from '../database.js';
import type { Template as TemplateRow } from '../generated/prisma/client.js';
import type { TimePosition } from './page.js';
import { etagMismatch, templateArchived, templateNotFound } from './template.errors.js';
import type { TemplateFields } from './template.fields.js';
import { type TemplateId, templateName, workspaceName } from './template.names.js';

/** Which templates of an organization; empty parts say nothing. */
export interface TemplateFilter {
  readonly workspaceId: string;
  /** With the folders within it. */
  readonly folder: string;
  readonly tag: string;
  readonly showArchived: boolean;
}

const withoutDraft = {
  draftSubject: true,
  draftPreheader: true,
  draftMjml: true,
  draftText: true,
  draftDocument: true,
} as const;

/** Templates and their drafts. */
@Injectable()
export class TemplateRepository {
  constructor(private readonly database: Database) {}

  /** Undefined where the identifier is taken. */
  async create(id: TemplateId, fields: TemplateFields): Promise<Template | undefined> {
    const now = new Date();
    const rows = await this.database.client.template.createManyAndReturn({
      data: [{ ...keyOf(id), ...fields, ...byCaller(), etag: newEtag(id), createTime: now, updateTime: now }],
      skipDuplicates: true,
    });
    return rows.map(toTemplate)[0];
  }

  async find(id: TemplateId): Promise<Template | undefined> {
    const row = await this.database.client.template.findFirst({ where: keyOf(id) });
    return row ? toTemplate(row) : undefined;
  }

  /** @throws TEMPLATE_NOT_FOUND */
  async get(id: TemplateId): Promise<Template> {
    const template = await this.find(id);
    if (!template) throw templateNotFound(templateName.format(id));
    return template;
  }

  /** The number of its latest version, 0 where there is none. @throws TEMPLATE_NOT_FOUND */
  async publishedVersion(id: TemplateId): Promise<number> {
    const row = await this.database.client.template.findFirst({ where: keyOf(id), select: { publishedVersion: true } });
    if (!row) throw templateNotFound(templateName.format(id));
    return row.publishedVersion;
  }

  /** An organization's templates behind a position, oldest first, without their drafts. */
  async list(
    organization: string,
    { workspaceId, folder, tag, showArchived }: TemplateFilter,
    after: TimePosition | undefined,
    limit: number,
  ): Promise<Template[]> {
    const { createTime, id: templateId } = after ?? {};
    const rows = await this.database.client.template.findMany({
      where: {
        organizationId: organization,
        ...(workspaceId && { workspaceId }),
        ...(tag && { tags: { has: tag } }),
        ...(!showArchived && { archiveTime: null }),
        AND: [
          folder ? { OR: [{ folder }, { folder: { startsWith: `${folder}/` } }] } : {},
          after
            ? {
                OR: [{ createTime: { gt: createTime! } }, { createTime: createTime!, templateId: { gt: templateId! } }],
              }
            : {},
        ],
      },
      omit: withoutDraft,
      orderBy: [{ createTime: 'asc' }, { templateId: 'asc' }],
      take: limit,
    });
    return rows.map(toTemplate);
  }

  /** What was published behind a revision, in the order of the revisions. */
  async published(afterRevision: bigint, limit: number): Promise<Change<TemplateChange>[]> {
    const rows = await this.database.client.template.findMany({
      where: { revision: { gt: afterRevision } },
      select: { organizationId: true, templateId: true, publishedVersion: true, revision: true },
      orderBy: { revision: 'asc' },
      take: limit,
    });
    return rows.map(({ organizationId: organization, templateId: template, publishedVersion, revision }) => ({
      revision: revision!,
      deleted: false,
      item: { name: templateName.format({ organization, template }), publishedVersion },
    }));
  }

  /**
   * Undefined where there is no such template, or not any more in the state that the etag names, or where it is archived.
   * @param etag any state where it is empty
   */
  async update(id: TemplateId, etag: string, fields: Partial<TemplateFields>): Promise<Template | undefined> {
    const rows = await this.database.client.template.updateManyAndReturn({
      where: { ...keyOf(id), archiveTime: null, ...(etag && { etag }) },
      data: { ...fields, ...byCaller(), etag: newEtag(id), updateTime: new Date() },
    });
    return rows.map(toTemplate)[0];
  }

  /** Why `update` changed nothing. @throws TEMPLATE_NOT_FOUND */
  async whyNot(id: TemplateId): Promise<Error> {
    const { archiveTime } = await this.get(id);
    return (archiveTime ? templateArchived : etagMismatch)(templateName.format(id));
  }

  /** Puts a template into the archive, or takes it back. Undefined where it is there already, or in another state than the etag names. */
  async setArchived(id: TemplateId, archived: boolean, etag: string): Promise<Template | undefined> {
    const now = new Date();
    const rows = await this.database.client.template.updateManyAndReturn({
      where: { ...keyOf(id), archiveTime: archived ? null : { not: null }, ...(etag && { etag }) },
      data: { archiveTime: archived ? now : null, etag: newEtag(id), updateTime: now },
    });
    return rows.map(toTemplate)[0];
  }

  /** Whether there was such a template, never published, in the state that the etag names; any state where it is empty. */
  async deleteUnpublished(id: TemplateId, etag: string): Promise<boolean> {
    const { count } = await this.database.client.template.deleteMany({
      where: { ...keyOf(id), publishedVersion: 0, ...(etag && { etag }) },
    });
    return count > 0;
  }
}

/** A template of another organization is not there. */
export const keyOf = ({ organization, template }: TemplateId) => ({
  organizationId: organization,
  templateId: template,
});

/** Who changes a draft: for its revisions. */
const byCaller = () => ({ draftAuthor: (currentCall()?.context.actor ?? '').slice(0, 256) });

export const newEtag = (id: TemplateId): string => etagOf(templateName.format(id), uuidv7());

type Row = Omit<TemplateRow, keyof typeof withoutDraft> & Partial<Pick<TemplateRow, keyof typeof withoutDraft>>;

function toTemplate(row: Row): Template {
  const { organizationId: organization, workspaceId: workspace } = row;
  return {
    name: templateName.format({ organization, template: row.templateId }),
    displayName: row.displayName,
    workspace: workspace ? workspaceName.format({ organization, workspace }) : '',
    draft: draftOf(row),
    publishedVersion: row.publishedVersion,
    createTime: row.createTime,
    updateTime: row.updateTime,
    etag: row.etag,
    tags: row.tags,
    folder: row.folder,
    archiveTime: row.archiveTime ?? undefined,
  };
}

/** Undefined where the row was read without it. */
function draftOf({ draftSubject, draftPreheader, draftMjml, draftText, draftDocument }: Row): Content | undefined {
  if (draftSubject === undefined || draftMjml === undefined) return undefined;
  return {
    subject: draftSubject,
    preheader: draftPreheader ?? '',
    mjml: draftMjml,
    text: draftText ?? '',
    document: draftDocument ? Document.decode(draftDocument) : undefined,
  };
}
