import type { Empty } from '@kelp/contract-google';
import {
  type ApproveReviewRequest,
  type Comment,
  type CreateCommentRequest,
  type DeleteCommentRequest,
  type DeleteReviewPolicyRequest,
  type GetReviewPolicyRequest,
  type GetReviewRequest,
  type ListCommentsRequest,
  type ListCommentsResponse,
  type ListReviewsRequest,
  type ListReviewsResponse,
  type RejectReviewRequest,
  type ReopenThreadRequest,
  type ResolveThreadRequest,
  type Review,
  ReviewContract,
  type ReviewPolicy,
  type SubmitReviewRequest,
  type UpdateCommentRequest,
  type UpdateReviewPolicyRequest,
  type WithdrawReviewRequest,
} from '@kelp/contract-template';
import { GrpcController, type Service } from '@kelp/rpc';
import { CommentService } from '../comment/comment.service.js';
import { ReviewService } from './review.service.js';
import { ReviewPolicyService } from './review-policy.service.js';

/** The contract of reviews and comments, implemented. */
@GrpcController(ReviewContract)
export class ReviewController implements Service<typeof ReviewContract> {
  constructor(
    private readonly policies: ReviewPolicyService,
    private readonly reviews: ReviewService,
    private readonly comments: CommentService,
  ) {}

  getReviewPolicy(request: GetReviewPolicyRequest): Promise<ReviewPolicy> {
    return this.policies.get(request);
  }

  updateReviewPolicy(request: UpdateReviewPolicyRequest): Promise<ReviewPolicy> {
    return this.policies.update(request);
  }

  async deleteReviewPolicy(request: DeleteReviewPolicyRequest): Promise<Empty> {
    await this.policies.delete(request);
    return {};
  }

  submitReview(request: SubmitReviewRequest): Promise<Review> {
    return this.reviews.submit(request);
  }

  getReview(request: GetReviewRequest): Promise<Review> {
    return this.reviews.get(request);
  }

  listReviews(request: ListReviewsRequest): Promise<ListReviewsResponse> {
    return this.reviews.list(request);
  }

  approveReview(request: ApproveReviewRequest): Promise<Review> {
    return this.reviews.approve(request);
  }

  rejectReview(request: RejectReviewRequest): Promise<Review> {
    return this.reviews.reject(request);
  }

  withdrawReview(request: WithdrawReviewRequest): Promise<Review> {
    return this.reviews.withdraw(request);
  }

  createComment(request: CreateCommentRequest): Promise<Comment> {
    return this.comments.create(request);
  }

  listComments(request: ListCommentsRequest): Promise<ListCommentsResponse> {
    return this.comments.list(request);
  }

  updateComment(request: UpdateCommentRequest): Promise<Comment> {
    return this.comments.update(request);
  }

  async deleteComment(request: DeleteCommentRequest): Promise<Empty> {
    await this.comments.delete(request);
    return {};
  }

  resolveThread({ name }: ResolveThreadRequest): Promise<Comment> {
    return this.comments.resolve(name);
  }

  reopenThread({ name }: ReopenThreadRequest): Promise<Comment> {
    return this.comments.reopen(name);
  }
}
