import {
  type ApproveReviewRequest,
  type GetReviewRequest,
  type ListReviewsRequest,
  type ListReviewsResponse,
  type RejectReviewRequest,
  type Review,
  ReviewKind,
  ReviewStep_Action as Step,
  type SubmitReviewRequest,
  type Template,
  type WithdrawReviewRequest,
} from '@kelp/contract-template';
import { Injectable } from '@nestjs/common';
import { draftHash } from '../template/draft-hash.js';
import { LocalizationRepository } from '../template/localization.repository.js';
import { byNumber, pageOf } from '../template/page.js';
import { etagMismatch } from '../template/template.errors.js';
import type { Bytes } from '../template/template.fields.js';
import { partsOf, type TemplateId, templateName, workspaceName } from '../template/template.names.js';
import { TemplateRepository } from '../template/template.repository.js';
import { callerOf } from './caller.js';
import {
  notAReviewer,
  reviewEnded,
  reviewNotFound,
  reviewNotNeeded,
  reviewOutdated,
  reviewRequired,
  tooFewReviewers,
} from './review.errors.js';
import { reviewName } from './review.names.js';
import { ReviewRepository, type StoredReview } from './review.repository.js';
import { type Act, hopelessGroup, next } from './review-machine.js';
import { ReviewPolicyRepository } from './review-policy.repository.js';

/** Whether drafts may go on: asks those whom the policy names, and remembers what they said. */
@Injectable()
export class ReviewService {
  constructor(
    private readonly templates: TemplateRepository,
    private readonly localizations: LocalizationRepository,
    private readonly policies: ReviewPolicyRepository,
    private readonly reviews: ReviewRepository,
  ) {}

  /** @throws ACTOR_UNKNOWN, TEMPLATE_NOT_FOUND, ETAG_MISMATCH, REVIEW_NOT_NEEDED, REVIEW_REQUIRED, TOO_FEW_REVIEWERS */
  async submit({ parent, kind, comment, etag }: SubmitReviewRequest): Promise<Review> {
    const requester = callerOf();
    const id = partsOf(templateName, parent, 'parent');
    const template = await this.templates.get(id);
    if (etag && etag !== template.etag) throw etagMismatch(parent);
    const stages = await this.stagesFor(template);
    const stage = stages.find((one) => one.kind === kind);
    if (!stage) throw reviewNotNeeded(kind);
    const hopeless = hopelessGroup({ stage, requester });
    if (hopeless !== undefined) throw tooFewReviewers(hopeless);
    const hash = await this.hashOf(id, template);
    const isFirst = stages[0] === stage;
    if (!isFirst && !(await this.reviews.isApproved(id, ReviewKind.DESIGN, hash)))
      throw reviewRequired(parent, ReviewKind.DESIGN);
    const added = await this.reviews.change(id, async (change) => {
      const before = await change.pending(kind);
      const outcome = before && next(stateOf(before, hash), 'supersede', requester);
      if (before && typeof outcome === 'object')
        await change.step(before, outcome.state, { action: outcome.step, actor: requester, comment: '' });
      return change.add({ kind, draftHash: hash, requester, stage, comment });
    });
    return toReview(id, added, hash);
  }

  /** @throws REVIEW_NOT_FOUND */
  async get({ name }: GetReviewRequest): Promise<Review> {
    const { version, ...id } = partsOf(reviewName, name, 'name');
    const stored = await this.reviews.find(id, Number(version));
    if (!stored) throw reviewNotFound(name);
    return toReview(id, stored, await this.hashOf(id));
  }

  /** @throws TEMPLATE_NOT_FOUND */
  async list({ parent, ...page }: ListReviewsRequest): Promise<ListReviewsResponse> {
    const id = partsOf(templateName, parent, 'parent');
    const hash = await this.hashOf(id);
    const { items, nextPageToken } = await pageOf(page, {
      list: `${parent}/reviews`,
      read: (before: number | undefined, limit) => this.reviews.list(id, before, limit),
      format: ({ review }) => byNumber.format(review),
      parse: byNumber.parse,
    });
    return { reviews: items.map((one) => toReview(id, one, hash)), nextPageToken };
  }

  approve({ name, comment, forAll }: ApproveReviewRequest): Promise<Review> {
    return this.act(name, forAll ? 'override' : 'approve', comment);
  }

  reject({ name, feedback }: RejectReviewRequest): Promise<Review> {
    return this.act(name, 'reject', feedback);
  }

  withdraw({ name, comment }: WithdrawReviewRequest): Promise<Review> {
    return this.act(name, 'withdraw', comment);
  }

  /**
   * Lets a draft be published where everybody has approved whom the policy names.
   * @throws REVIEW_REQUIRED
   */
  async requireApproval(id: TemplateId, template: Template, draftHash: Bytes): Promise<void> {
    for (const { kind } of await this.stagesFor(template))
      if (!(await this.reviews.isApproved(id, kind, draftHash))) throw reviewRequired(template.name, kind);
  }

  /** @throws ACTOR_UNKNOWN, REVIEW_NOT_FOUND, NOT_A_REVIEWER, REVIEW_ENDED, REVIEW_OUTDATED */
  private async act(name: string, act: Act, comment: string): Promise<Review> {
    const actor = callerOf();
    const { version, ...id } = partsOf(reviewName, name, 'name');
    if (!(await this.reviews.find(id, Number(version)))) throw reviewNotFound(name);
    const hash = await this.hashOf(id);
    const changed = await this.reviews.change(id, async (change) => {
      const stored = await change.find(Number(version));
      if (!stored) throw reviewNotFound(name);
      const outcome = next(stateOf(stored, hash), act, actor);
      switch (outcome) {
        case 'NOT_ALLOWED':
          throw notAReviewer(actor);
        case 'ENDED':
          throw reviewEnded(name, stored.state);
        case 'OUTDATED':
          throw reviewOutdated(name);
        case 'unchanged':
          return stored;
        default:
          return change.step(stored, outcome.state, { action: outcome.step, actor, comment });
      }
    });
    return toReview(id, changed, hash);
  }

  private async stagesFor({ name, workspace }: Template) {
    const { organization } = partsOf(templateName, name, 'name');
    const policy = await this.policies.effective({
      organization,
      workspace: workspaceName.parse(workspace)?.workspace,
    });
    return policy?.stages ?? [];
  }

  private async hashOf(id: TemplateId, template?: Template): Promise<Bytes> {
    const { draft } = template ?? (await this.templates.get(id));
    return draftHash(draft!, await this.localizations.list(id));
  }
}

const isAbout = ({ draftHash }: StoredReview, hash: Bytes) => Buffer.from(draftHash).equals(hash);

const stateOf = (stored: StoredReview, hash: Bytes) => ({
  ...stored,
  approvers: new Set(stored.steps.filter(({ action }) => action === Step.APPROVED).map(({ actor }) => actor)),
  isCurrent: isAbout(stored, hash),
});

const toReview = (id: TemplateId, stored: StoredReview, hash: Bytes): Review => ({
  name: reviewName.format({ ...id, version: String(stored.review) }),
  kind: stored.kind,
  state: stored.state,
  current: isAbout(stored, hash),
  requester: stored.requester,
  groups: stored.stage.groups,
  steps: [...stored.steps],
  createTime: stored.createTime,
  updateTime: stored.updateTime,
});
