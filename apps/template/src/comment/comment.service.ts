import type {
  Comment,
  CreateCommentRequest,
  DeleteCommentRequest,
  ListCommentsRequest,
  ListCommentsResponse,
  UpdateCommentRequest,
} from '@kelp/contract-template';
import { namePattern, uuidv7 } from '@kelp/resource';
import type { FieldViolation } from '@kelp/status';
import { Injectable } from '@nestjs/common';
import { allBlocks } from '../document/blocks.js';
import { callerOf } from '../review/caller.js';
import { byTime, pageOf, type TimePosition } from '../template/page.js';
import { invalidFields, requestIdReused } from '../template/template.errors.js';
import { partsOf, type TemplateId, templateName } from '../template/template.names.js';
import { TemplateRepository } from '../template/template.repository.js';
import { commentNotFound, notARemark, notTheAuthor, tooManyComments } from './comment.errors.js';
import { CommentRepository, type StoredComment } from './comment.repository.js';

const commentName = namePattern('organizations/{organization}/templates/{template}/comments/{comment}');

const COMMENTS_MAX = 10_000;

/** What people say about a template and its blocks. */
@Injectable()
export class CommentService {
  constructor(
    private readonly templates: TemplateRepository,
    private readonly comments: CommentRepository,
  ) {}

  /**
   * The request's id becomes the comment's, so that a second call finds what the first one made.
   * @throws ACTOR_UNKNOWN, INVALID_FIELDS, TEMPLATE_NOT_FOUND, COMMENT_NOT_FOUND, NOT_A_REMARK, TOO_MANY_COMMENTS
   */
  async create({ parent, comment, requestId }: CreateCommentRequest): Promise<Comment> {
    const author = callerOf();
    const id = partsOf(templateName, parent, 'parent');
    const { thread = '', block = '', text = '', mentions = [] } = comment ?? {};
    const blocks = await this.blocksOf(id);
    const violations = textProblems('comment.text', text);
    if (block && !blocks.has(block))
      violations.push({ field: 'comment.block', description: 'must be the id of a block of the draft' });
    if (block && thread) violations.push({ field: 'comment.block', description: 'must be empty for an answer' });
    if (violations.length > 0) throw invalidFields(violations);
    const remarkId = thread ? (await this.remark(id, thread)).commentId : null;
    if ((await this.comments.count(id)) >= COMMENTS_MAX) throw tooManyComments(COMMENTS_MAX);
    const commentId = requestId || uuidv7();
    const life = { createTime: new Date(), editTime: null, resolveTime: null, resolver: '' };
    const added =
      (await this.comments.add(id, { commentId, remarkId, block, text, mentions, author, ...life })) ??
      (await this.comments.find(id, commentId));
    if (!added) throw requestIdReused(requestId);
    return toComment(id, added, blocks);
  }

  /** @throws TEMPLATE_NOT_FOUND, INVALID_PAGE_TOKEN */
  async list({ parent, filter, block, mentioned, ...page }: ListCommentsRequest): Promise<ListCommentsResponse> {
    const id = partsOf(templateName, parent, 'parent');
    const blocks = await this.blocksOf(id);
    const { items, nextPageToken } = await pageOf(page, {
      list: `${parent}/comments?${new URLSearchParams({ filter: String(filter), block, mentioned })}`,
      read: (after: TimePosition | undefined, limit) =>
        this.comments.list(id, { filter, block, mentioned }, after, limit),
      format: ({ createTime, commentId }) => byTime.format({ createTime, id: commentId }),
      parse: byTime.parse,
    });
    return { comments: items.map((one) => toComment(id, one, blocks)), nextPageToken };
  }

  /** @throws ACTOR_UNKNOWN, COMMENT_NOT_FOUND, NOT_THE_AUTHOR */
  async update({ name, text, mentions }: UpdateCommentRequest): Promise<Comment> {
    const violations = textProblems('text', text);
    if (violations.length > 0) throw invalidFields(violations);
    const { id, comment } = await this.own(name);
    return this.changed(name, id, comment, { text, mentions, editTime: new Date() });
  }

  /** @throws ACTOR_UNKNOWN, COMMENT_NOT_FOUND, NOT_THE_AUTHOR */
  async delete({ name }: DeleteCommentRequest): Promise<void> {
    const { id, comment } = await this.own(name);
    await this.comments.delete(id, comment.commentId);
  }

  /** @throws ACTOR_UNKNOWN, COMMENT_NOT_FOUND, NOT_A_REMARK */
  async resolve(name: string): Promise<Comment> {
    const resolver = callerOf();
    const { comment: _, ...id } = partsOf(commentName, name, 'name');
    const remark = await this.remark(id, name);
    const values = remark.resolveTime ? {} : { resolveTime: new Date(), resolver };
    return this.changed(name, id, remark, values);
  }

  /** @throws ACTOR_UNKNOWN, COMMENT_NOT_FOUND, NOT_A_REMARK */
  async reopen(name: string): Promise<Comment> {
    callerOf();
    const { comment: _, ...id } = partsOf(commentName, name, 'name');
    return this.changed(name, id, await this.remark(id, name), { resolveTime: null, resolver: '' });
  }

  private async changed(name: string, id: TemplateId, { commentId }: StoredComment, values: Partial<StoredComment>) {
    const changed = await this.comments.update(id, commentId, values);
    if (!changed) throw commentNotFound(name);
    return toComment(id, changed, await this.blocksOf(id));
  }

  /** The comment that a thread begins with. */
  private async remark(id: TemplateId, name: string): Promise<StoredComment> {
    const { comment, ...of } = partsOf(commentName, name, 'comment.thread');
    const isOfThis = of.template === id.template && of.organization === id.organization;
    const found = isOfThis ? await this.comments.find(id, comment) : undefined;
    if (!found) throw commentNotFound(name);
    if (found.remarkId) throw notARemark(name);
    return found;
  }

  /** A comment of who calls. */
  private async own(name: string): Promise<{ id: TemplateId; comment: StoredComment }> {
    const caller = callerOf();
    const { comment, ...id } = partsOf(commentName, name, 'name');
    const found = await this.comments.find(id, comment);
    if (!found) throw commentNotFound(name);
    if (found.author !== caller) throw notTheAuthor(name);
    return { id, comment: found };
  }

  /** @throws TEMPLATE_NOT_FOUND */
  private async blocksOf(id: TemplateId): Promise<ReadonlySet<string>> {
    const { document } = (await this.templates.get(id)).draft!;
    return new Set(document ? [...allBlocks(document)].map((block) => block.id) : []);
  }
}

function textProblems(field: string, text: string): FieldViolation[] {
  if (text.trim() === '') return [{ field, description: 'must not be empty' }];
  return text.includes('\0') ? [{ field, description: 'must not contain U+0000' }] : [];
}

const toComment = (id: TemplateId, stored: StoredComment, blocks: ReadonlySet<string>): Comment => ({
  name: commentName.format({ ...id, comment: stored.commentId }),
  thread: stored.remarkId ? commentName.format({ ...id, comment: stored.remarkId }) : '',
  block: stored.block,
  text: stored.text,
  mentions: stored.mentions,
  author: stored.author,
  createTime: stored.createTime,
  editTime: stored.editTime ?? undefined,
  resolveTime: stored.resolveTime ?? undefined,
  resolver: stored.resolver,
  detached: stored.block !== '' && !blocks.has(stored.block),
});
