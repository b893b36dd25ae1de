import { ErrorReason, Review_State, ReviewKind } from '@kelp/contract-template';
import { refusals } from '@kelp/status';

const refuse = refusals(ErrorReason, 'template.kelp');

export const actorUnknown = () =>
  refuse.unauthenticated('ACTOR_UNKNOWN', 'The call does not say who makes it: set the actor of its context.');

export const reviewNotFound = (review: string) =>
  refuse.notFound('REVIEW_NOT_FOUND', `Review "${review}" does not exist.`, { metadata: { review } });

export const reviewNotNeeded = (kind: ReviewKind) =>
  refuse.failedPrecondition('REVIEW_NOT_NEEDED', `No policy asks for a review of the kind ${ReviewKind[kind]}.`, {
    metadata: { kind: ReviewKind[kind] },
  });

export const reviewRequired = (template: string, kind: ReviewKind) =>
  refuse.failedPrecondition(
    'REVIEW_REQUIRED',
    `What the draft of "${template}" says now was not approved in a review of the kind ${ReviewKind[kind]}.`,
    { metadata: { template, kind: ReviewKind[kind] } },
  );

export const tooFewReviewers = (group: string) =>
  refuse.failedPrecondition(
    'TOO_FEW_REVIEWERS',
    `The group "${group}" has too few reviewers besides who asks for the review.`,
    { metadata: { group } },
  );

export const notAReviewer = (actor: string) =>
  refuse.permissionDenied('NOT_A_REVIEWER', `"${actor}" is not one of those who may do this.`, { metadata: { actor } });

export const reviewEnded = (review: string, state: Review_State) =>
  refuse.failedPrecondition('REVIEW_ENDED', `Review "${review}" has ended: ${Review_State[state]}.`, {
    metadata: { review, state: Review_State[state] },
  });

export const reviewOutdated = (review: string) =>
  refuse.failedPrecondition(
    'REVIEW_OUTDATED',
    `The draft does not say any more what "${review}" is about: ask for another review.`,
    { metadata: { review } },
  );
