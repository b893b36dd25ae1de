import { ErrorReason } from '@kelp/contract-template';
import { refusals } from '@kelp/status';

const refuse = refusals(ErrorReason, 'template.kelp');

export const commentNotFound = (comment: string) =>
  refuse.notFound('COMMENT_NOT_FOUND', `Comment "${comment}" does not exist.`, { metadata: { comment } });

export const notTheAuthor = (comment: string) =>
  refuse.permissionDenied('NOT_THE_AUTHOR', `Only who wrote "${comment}" may do this.`, { metadata: { comment } });

export const notARemark = (comment: string) =>
  refuse.failedPrecondition('NOT_A_REMARK', `Comment "${comment}" is an answer: name the remark of its thread.`, {
    metadata: { comment },
  });

export const tooManyComments = (commentsMax: number) =>
  refuse.failedPrecondition('TOO_MANY_COMMENTS', `A template has at most ${commentsMax} comments.`, {
    metadata: { commentsMax: String(commentsMax) },
  });
