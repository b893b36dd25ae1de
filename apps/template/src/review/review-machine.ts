import { type ReviewStage, Review_State as State, ReviewStep_Action as Step } from '@kelp/contract-template';

/** What people, and submitting another review, can do to a review. */
export type Act = 'approve' | 'override' | 'reject' | 'withdraw' | 'supersede';

/** Why something cannot be done. */
export type Refused = 'ENDED' | 'NOT_ALLOWED' | 'OUTDATED';

/** A review as far as the rules look at it. */
export interface ReviewState {
  readonly state: State;
  readonly requester: string;
  readonly stage: ReviewStage;
  /** Who has approved. */
  readonly approvers: ReadonlySet<string>;
  /** Whether the draft still says what the review is about. */
  readonly isCurrent: boolean;
}

/** What something makes of a review; nothing where it changes nothing. */
export type Outcome = { readonly state: State; readonly step: Step } | 'unchanged' | Refused;

interface Rule {
  /** In which states it can be done. */
  readonly from: readonly State[];
  /** Who may do it. */
  readonly by: (review: ReviewState, actor: string) => boolean;
  /** Whether it is only about a draft that says the same. */
  readonly onlyCurrent: boolean;
  readonly to: (review: ReviewState, actor: string) => State;
  readonly step: Step;
}

const everybody = () => true;
const requester = (review: ReviewState, actor: string) => actor === review.requester;
const overrider = ({ stage }: ReviewState, actor: string) => stage.overriders.includes(actor);
const reviewer = (review: ReviewState, actor: string) => reviewersOf(review).has(actor);

/** The whole life of a review: a row for everything that can be done to it. */
const RULES: Readonly<Record<Act, Rule>> = {
  approve: {
    from: [State.PENDING],
    by: reviewer,
    onlyCurrent: true,
    to: (review, actor) => (isApproved(review, new Set([...review.approvers, actor])) ? State.APPROVED : State.PENDING),
    step: Step.APPROVED,
  },
  override: {
    from: [State.PENDING],
    by: overrider,
    onlyCurrent: true,
    to: () => State.APPROVED,
    step: Step.APPROVED_FOR_ALL,
  },
  // Also what was approved, as long as it is not published: somebody saw it late.
  reject: {
    from: [State.PENDING, State.APPROVED],
    by: reviewer,
    onlyCurrent: false,
    to: () => State.REJECTED,
    step: Step.REJECTED,
  },
  withdraw: {
    from: [State.PENDING, State.APPROVED],
    by: requester,
    onlyCurrent: false,
    to: () => State.WITHDRAWN,
    step: Step.WITHDRAWN,
  },
  supersede: {
    from: [State.PENDING],
    by: everybody,
    onlyCurrent: false,
    to: () => State.SUPERSEDED,
    step: Step.SUPERSEDED,
  },
};

/** What becomes of a review when somebody does something. Who may not, learns nothing of where it stands. */
export function next(review: ReviewState, act: Act, actor: string): Outcome {
  const rule = RULES[act];
  if (!rule.by(review, actor)) return 'NOT_ALLOWED';
  // The same call again, as after a lost answer.
  if (act === 'approve' && review.approvers.has(actor) && !isEnded(review.state)) return 'unchanged';
  if (act === 'override' && review.state === State.APPROVED) return 'unchanged';
  if (!rule.from.includes(review.state)) return 'ENDED';
  if (rule.onlyCurrent && !review.isCurrent) return 'OUTDATED';
  return { state: rule.to(review, actor), step: rule.step };
}

const isEnded = (state: State) => state !== State.PENDING && state !== State.APPROVED;

type Asked = Pick<ReviewState, 'stage' | 'requester'>;

/** Those of a group who may approve: not who asks, unless the policy says so. */
const eligible = ({ stage, requester }: Asked, reviewers: readonly string[]) =>
  reviewers.filter((reviewer) => stage.selfApproval || reviewer !== requester);

function reviewersOf(asked: Asked): Set<string> {
  return new Set(asked.stage.groups.flatMap(({ reviewers }) => eligible(asked, reviewers)));
}

const isApproved = (asked: Asked, approvers: ReadonlySet<string>): boolean =>
  asked.stage.groups.every(({ reviewers, required }) => {
    const able = eligible(asked, reviewers);
    return able.filter((reviewer) => approvers.has(reviewer)).length >= Math.max(1, required || able.length);
  });

/** The first group that could never approve, as it has too few reviewers besides who asks. */
export const hopelessGroup = (asked: Asked): string | undefined =>
  asked.stage.groups.find(({ reviewers, required }) => {
    const able = eligible(asked, reviewers);
    return able.length < Math.max(1, required);
  })?.displayName;
