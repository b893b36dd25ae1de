import type {
  DeleteReviewPolicyRequest,
  GetReviewPolicyRequest,
  ReviewPolicy,
  UpdateReviewPolicyRequest,
} from '@kelp/contract-template';
import { Injectable } from '@nestjs/common';
import { etagMismatch, invalidFields } from '../template/template.errors.js';
import { ordered, policyProblems } from './policy-problems.js';
import { policyIdOf } from './review.names.js';
import { ReviewPolicyRepository } from './review-policy.repository.js';

/** Says who has to approve. */
@Injectable()
export class ReviewPolicyService {
  constructor(private readonly policies: ReviewPolicyRepository) {}

  /** One that was never set asks for nothing. */
  async get({ name }: GetReviewPolicyRequest): Promise<ReviewPolicy> {
    const stored = await this.policies.find(policyIdOf(name, 'name'));
    return { name, stages: [], etag: '', updateTime: undefined, ...stored };
  }

  /** @throws INVALID_FIELDS, ETAG_MISMATCH */
  async update({ policy }: UpdateReviewPolicyRequest): Promise<ReviewPolicy> {
    if (!policy) throw invalidFields([{ field: 'policy', description: 'must be set' }]);
    const problems = policyProblems(policy.stages);
    if (problems.length > 0) throw invalidFields(problems);
    const id = policyIdOf(policy.name, 'policy.name');
    const stored = await this.policies.put(id, policy.etag, { ...policy, stages: ordered(policy.stages) });
    if (!stored) throw etagMismatch(policy.name);
    return { name: policy.name, ...stored };
  }

  async delete({ name }: DeleteReviewPolicyRequest): Promise<void> {
    await this.policies.delete(policyIdOf(name, 'name'));
  }
}
