import { ReviewKind, ReviewStage, Review_State as State } from '@kelp/contract-template';
import fc from 'fast-check';
import { type Act, hopelessGroup, next, type ReviewState } from './review-machine.js';

const PEOPLE = ['ann', 'bob', 'cem', 'dee'];
const ACTS: Act[] = ['approve', 'override', 'reject', 'withdraw', 'supersede'];

const stage = fc
  .record({
    groups: fc.array(
      fc.record({
        displayName: fc.constantFrom('brand', 'legal'),
        reviewers: fc.uniqueArray(fc.constantFrom(...PEOPLE), { minLength: 1 }),
        required: fc.integer({ min: 0, max: 3 }),
      }),
      { minLength: 1, maxLength: 2 },
    ),
    selfApproval: fc.boolean(),
    overriders: fc.constantFrom<string[]>([], ['dee']),
  })
  .map((fields) => ReviewStage.fromPartial({ kind: ReviewKind.PUBLISH, ...fields }));

const doing = fc.record({
  act: fc.constantFrom(...ACTS),
  actor: fc.constantFrom(...PEOPLE, 'eve'),
  isCurrent: fc.boolean(),
});

const submitted = (stage: ReviewStage, requester = 'ann'): ReviewState => ({
  state: State.PENDING,
  requester,
  stage,
  approvers: new Set(),
  isCurrent: true,
});

/** Does one thing after the other, as the service does. */
function* live(review: ReviewState, doings: readonly { act: Act; actor: string; isCurrent: boolean }[]) {
  let now = review;
  for (const one of doings) {
    const before = { ...now, isCurrent: one.isCurrent };
    const outcome = next(before, one.act, one.actor);
    if (typeof outcome === 'object') {
      const approvers = one.act === 'approve' ? new Set([...now.approvers, one.actor]) : now.approvers;
      now = { ...before, state: outcome.state, approvers };
    }
    yield { ...one, before, outcome, after: now };
  }
}

const mayReview = ({ stage, requester }: ReviewState, actor: string) =>
  stage.groups.some(({ reviewers }) => reviewers.includes(actor)) && (stage.selfApproval || actor !== requester);

describe('a review', () => {
  it('is approved exactly when enough of every group have approved what the draft says', () =>
    fc.assert(
      fc.property(stage, fc.array(doing, { maxLength: 20 }), (stage, doings) => {
        fc.pre(!hopelessGroup({ stage, requester: 'ann' }));
        let isOverridden = false;
        for (const { act, before, after } of live(submitted(stage), doings)) {
          isOverridden ||= act === 'override' && after.state !== before.state;
          const enough = stage.groups.every(({ reviewers, required }) => {
            const able = reviewers.filter((reviewer) => mayReview(after, reviewer));
            return (
              able.filter((reviewer) => after.approvers.has(reviewer)).length >= Math.max(1, required || able.length)
            );
          });
          if (after.state === State.APPROVED) expect(enough || isOverridden).toBe(true);
          if (after.state === State.PENDING) expect(enough).toBe(false);
        }
      }),
    ));

  it('is changed only by who may, and never again once it has ended', () =>
    fc.assert(
      fc.property(stage, fc.array(doing, { maxLength: 20 }), (stage, doings) => {
        for (const { act, actor, before, after, isCurrent, outcome } of live(submitted(stage), doings)) {
          if (after.state === before.state && after.approvers === before.approvers) continue;
          expect([State.PENDING, State.APPROVED]).toContain(before.state);
          if (act === 'approve' || act === 'override') expect(isCurrent).toBe(true);
          if (act === 'override') expect(before.stage.overriders).toContain(actor);
          if (act === 'approve' || act === 'reject') expect(mayReview(before, actor)).toBe(true);
          if (act === 'withdraw') expect(actor).toBe(before.requester);
          expect(outcome).toHaveProperty('step');
        }
      }),
    ));

  it('can be approved by somebody unless a group is hopeless', () =>
    fc.assert(
      fc.property(stage, fc.constantFrom(...PEOPLE), (stage, requester) => {
        const everybody = PEOPLE.map((actor) => ({ act: 'approve' as const, actor, isCurrent: true }));
        const last = [...live(submitted(stage, requester), everybody)].at(-1);
        expect(last?.after.state === State.APPROVED).toBe(hopelessGroup({ stage, requester }) === undefined);
      }),
    ));

  it('is approved once by whoever calls twice', () => {
    const stage = ReviewStage.fromPartial({ groups: [{ displayName: 'legal', reviewers: ['bob', 'cem'] }] });
    const review = { ...submitted(stage), approvers: new Set(['bob']) };
    expect(next(review, 'approve', 'bob')).toBe('unchanged');
    expect(next({ ...review, state: State.REJECTED }, 'approve', 'bob')).toBe('ENDED');
    expect(next({ ...review, isCurrent: false }, 'approve', 'cem')).toBe('OUTDATED');
    expect(next(review, 'withdraw', 'bob')).toBe('NOT_ALLOWED');
  });
});
