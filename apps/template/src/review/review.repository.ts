import {
  ReviewStep_Action as Action,
  type ReviewKind,
  ReviewStage,
  type ReviewStep,
  Review_State as State,
} from '@kelp/contract-template';
import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../database.js';
import type { TemplateReview, TemplateReviewStep } from '../generated/prisma/client.js';
import type { Bytes } from '../template/template.fields.js';
import type { TemplateId } from '../template/template.names.js';
import { keyOf } from '../template/template.repository.js';

/** A review as it is stored. */
export interface StoredReview {
  readonly review: number;
  readonly kind: ReviewKind;
  readonly state: State;
  readonly draftHash: Uint8Array;
  readonly requester: string;
  readonly stage: ReviewStage;
  readonly steps: readonly ReviewStep[];
  readonly createTime: Date;
  readonly updateTime: Date;
}

const withSteps = { steps: { orderBy: { step: 'asc' } } } as const;

/** Reviews, and what happened to them. */
@Injectable()
export class ReviewRepository {
  constructor(private readonly database: Database) {}

  async find(id: TemplateId, review: number): Promise<StoredReview | undefined> {
    const row = await this.database.client.templateReview.findFirst({
      where: { templateId: id.template, review, template: keyOf(id) },
      include: withSteps,
    });
    return row ? toStored(row) : undefined;
  }

  /** A template's reviews before a number, latest first. */
  async list(id: TemplateId, before: number | undefined, limit: number): Promise<StoredReview[]> {
    const rows = await this.database.client.templateReview.findMany({
      where: { templateId: id.template, template: keyOf(id), ...(before !== undefined && { review: { lt: before } }) },
      include: withSteps,
      orderBy: { review: 'desc' },
      take: limit,
    });
    return rows.map(toStored);
  }

  /** Whether a review of the kind has approved just this. */
  async isApproved(id: TemplateId, kind: ReviewKind, draftHash: Bytes): Promise<boolean> {
    const row = await this.database.client.templateReview.findFirst({
      where: { templateId: id.template, template: keyOf(id), kind, draftHash, state: State.APPROVED },
      select: { review: true },
    });
    return row !== null;
  }

  /** Changes a template's reviews, one such change at a time. */
  change<T>(id: TemplateId, work: (reviews: ReviewChange) => Promise<T>): Promise<T> {
    return this.database.transaction(async (transaction) => {
      await transaction.$queryRaw`select from template where template_id = ${id.template}::uuid for no key update`;
      return work(new ReviewChange(transaction, id));
    });
  }
}

/** Changes the reviews of one template, which nobody else changes meanwhile. */
export class ReviewChange {
  constructor(
    private readonly transaction: Transaction,
    private readonly id: TemplateId,
  ) {}

  async find(review: number): Promise<StoredReview | undefined> {
    return this.first({ review });
  }

  async pending(kind: ReviewKind): Promise<StoredReview | undefined> {
    return this.first({ kind, state: State.PENDING });
  }

  /** The next review, with its first step. */
  async add(fields: { kind: ReviewKind; draftHash: Bytes; requester: string; stage: ReviewStage; comment: string }) {
    const { comment, stage, ...own } = fields;
    const { _max } = await this.transaction.templateReview.aggregate({
      where: { templateId: this.id.template },
      _max: { review: true },
    });
    const key = { templateId: this.id.template, review: (_max.review ?? 0) + 1 };
    const time = new Date();
    await this.transaction.templateReview.create({
      data: {
        ...key,
        ...own,
        stage: new Uint8Array(ReviewStage.encode(stage).finish()),
        state: State.PENDING,
        createTime: time,
        updateTime: time,
      },
    });
    await this.transaction.templateReviewStep.create({
      data: { ...key, step: 1, action: Action.SUBMITTED, actor: fields.requester, comment, time },
    });
    return (await this.find(key.review))!;
  }

  /** Adds a step to a review, and where it leads. */
  async step({ review, steps }: StoredReview, state: State, step: Omit<ReviewStep, 'time'>): Promise<StoredReview> {
    const key = { templateId: this.id.template, review };
    const time = new Date();
    await this.transaction.templateReviewStep.create({ data: { ...key, step: steps.length + 1, ...step, time } });
    await this.transaction.templateReview.updateMany({ where: key, data: { state, updateTime: time } });
    return (await this.find(review))!;
  }

  private async first(where: { review: number } | { kind: ReviewKind; state: State }) {
    const row = await this.transaction.templateReview.findFirst({
      where: { templateId: this.id.template, template: keyOf(this.id), ...where },
      include: withSteps,
    });
    return row ? toStored(row) : undefined;
  }
}

const toStored = (row: TemplateReview & { steps: TemplateReviewStep[] }): StoredReview => ({
  ...row,
  stage: ReviewStage.decode(row.stage),
  steps: row.steps.map(({ action, actor, comment, time }) => ({ action, actor, comment, time })),
});
