import { type Content, Document, type TemplateRevision } from '@kelp/contract-template';
import { Injectable } from '@nestjs/common';
import { Database } from '../database.js';
import type { TemplateRevision as RevisionRow } from '../generated/prisma/client.js';
import { revisionNotFound } from './template.errors.js';
import { revisionName, type TemplateId } from './template.names.js';
import { keyOf } from './template.repository.js';

const withoutContent = { subject: true, preheader: true, mjml: true, text: true, document: true } as const;

/** What drafts once were. */
@Injectable()
export class RevisionRepository {
  constructor(private readonly database: Database) {}

  /** @throws REVISION_NOT_FOUND */
  async get(id: TemplateId, revision: number): Promise<TemplateRevision> {
    const row = await this.database.client.templateRevision.findFirst({
      where: { templateId: id.template, revision, template: keyOf(id) },
    });
    if (!row) throw revisionNotFound(revisionName.format({ ...id, version: String(revision) }));
    return { ...toRevision(id, row), content: contentOf(row) };
  }

  /** A draft's revisions before a number, latest first, without their content. */
  async list(id: TemplateId, before: number | undefined, limit: number): Promise<TemplateRevision[]> {
    const rows = await this.database.client.templateRevision.findMany({
      where: {
        templateId: id.template,
        template: keyOf(id),
        ...(before !== undefined && { revision: { lt: before } }),
      },
      omit: withoutContent,
      orderBy: { revision: 'desc' },
      take: limit,
    });
    return rows.map((row) => toRevision(id, row));
  }
}

function toRevision(id: TemplateId, row: Omit<RevisionRow, keyof typeof withoutContent>): TemplateRevision {
  const { revision, author, createTime } = row;
  return {
    name: revisionName.format({ ...id, version: String(revision) }),
    revision,
    author,
    createTime,
    content: undefined,
  };
}

const contentOf = ({ subject, preheader, mjml, text, document }: RevisionRow): Content => ({
  subject,
  preheader,
  mjml,
  text,
  document: document ? Document.decode(document) : undefined,
});
