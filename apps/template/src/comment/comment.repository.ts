import { ListCommentsRequest_Filter as Filter } from '@kelp/contract-template';
import { Injectable } from '@nestjs/common';
import { Database } from '../database.js';
import type { TemplateComment } from '../generated/prisma/client.js';
import type { TimePosition } from '../template/page.js';
import type { TemplateId } from '../template/template.names.js';
import { keyOf } from '../template/template.repository.js';

export type StoredComment = Omit<TemplateComment, 'templateId'>;

/** Which comments of a template. */
export interface CommentFilter {
  readonly filter: Filter;
  /** Any block where it is empty. */
  readonly block: string;
  /** Whoever is mentioned where it is empty. */
  readonly mentioned: string;
}

/** What people say about templates. */
@Injectable()
export class CommentRepository {
  constructor(private readonly database: Database) {}

  async find(id: TemplateId, comment: string): Promise<StoredComment | undefined> {
    const row = await this.database.client.templateComment.findFirst({ where: whereOf(id, comment) });
    return row ?? undefined;
  }

  async count(id: TemplateId): Promise<number> {
    return this.database.client.templateComment.count({ where: { templateId: id.template } });
  }

  /** Adds a comment, and opens the thread that it answers; undefined where the identifier is taken. */
  async add(id: TemplateId, comment: StoredComment): Promise<StoredComment | undefined> {
    return this.database.transaction(async (transaction) => {
      const [added] = await transaction.templateComment.createManyAndReturn({
        data: [{ ...comment, templateId: id.template }],
        skipDuplicates: true,
      });
      if (added?.remarkId) {
        const thread = { commentId: added.remarkId, templateId: id.template };
        await transaction.templateComment.updateMany({ where: thread, data: { resolveTime: null, resolver: '' } });
      }
      return added;
    });
  }

  /** Undefined where there is no such comment any more. */
  async update(id: TemplateId, comment: string, values: Partial<StoredComment>): Promise<StoredComment | undefined> {
    const rows = await this.database.client.templateComment.updateManyAndReturn({
      where: whereOf(id, comment),
      data: values,
    });
    return rows[0];
  }

  /** With the answers, where it is a remark. */
  async delete(id: TemplateId, comment: string): Promise<void> {
    await this.database.client.templateComment.deleteMany({ where: whereOf(id, comment) });
  }

  /** A template's comments behind a position, oldest first. */
  async list(
    id: TemplateId,
    { filter, block, mentioned }: CommentFilter,
    after: TimePosition | undefined,
    limit: number,
  ): Promise<StoredComment[]> {
    const { createTime, id: comment } = after ?? {};
    const remark = {
      ...(block && { block }),
      ...(filter === Filter.OPEN && { resolveTime: null }),
      ...(filter === Filter.RESOLVED && { resolveTime: { not: null } }),
    };
    return this.database.client.templateComment.findMany({
      where: {
        templateId: id.template,
        template: keyOf(id),
        ...(mentioned && { mentions: { has: mentioned } }),
        AND: [
          { OR: [{ remarkId: null, ...remark }, { remark }] },
          after
            ? { OR: [{ createTime: { gt: createTime! } }, { createTime: createTime!, commentId: { gt: comment! } }] }
            : {},
        ],
      },
      orderBy: [{ createTime: 'asc' }, { commentId: 'asc' }],
      take: limit,
    });
  }
}

const whereOf = (id: TemplateId, commentId: string) => ({ commentId, templateId: id.template, template: keyOf(id) });
