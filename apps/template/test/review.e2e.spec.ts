import {
  type Review,
  ReviewContract,
  ReviewKind,
  Review_State as State,
  ReviewStep_Action as Step,
} from '@kelp/contract-template';
import { uuidv7 } from '@kelp/resource';
import type { Client } from '@kelp/rpc';
import { type FreshDatabase, freshDatabase } from '@kelp/testing';
import { createTemplate, newOrganization } from './make-template.js';
import { refusal } from './refusal.js';
import { type RunningTemplate, startTemplate } from './start-template.js';

let database: FreshDatabase;
let service: RunningTemplate;
let templates: RunningTemplate['client'];
let reviews: Client<typeof ReviewContract>;

beforeAll(async () => {
  database = await freshDatabase('template');
  service = await startTemplate(database.url);
  templates = service.client;
  reviews = service.reviews;
});

afterAll(async () => {
  await service?.close();
  await database?.drop();
});

const by = (actor: string) => ({ context: { actor } });

type Stages = {
  kind: ReviewKind;
  groups: { displayName: string; reviewers: string[]; required?: number }[];
  overriders?: string[];
}[];

/** A template of an organization whose policy has these stages. */
async function underReview(stages: Stages, selfApproval = false) {
  const organization = newOrganization();
  const policy = {
    name: `${organization}/reviewPolicy`,
    stages: stages.map((stage) => ({ ...stage, selfApproval })),
  };
  await reviews.updateReviewPolicy({ policy });
  return createTemplate(templates, { organization });
}

const LEGAL: Stages = [
  { kind: ReviewKind.PUBLISH, groups: [{ displayName: 'legal', reviewers: ['bob', 'cem'], required: 1 }] },
];

const submit = (parent: string, kind = ReviewKind.PUBLISH): Promise<Review> =>
  reviews.submitReview({ parent, kind, comment: 'Please.' }, by('ann'));

const edit = (name: string, subject: string) =>
  templates.updateTemplate({ template: { name, draft: { subject } }, updateMask: ['draft.subject'] });

describe('a policy', () => {
  it('asks for nothing before it is set and after it is deleted', async () => {
    const name = `${newOrganization()}/reviewPolicy`;
    expect(await reviews.getReviewPolicy({ name })).toMatchObject({ stages: [], etag: '' });
    const policy = await reviews.updateReviewPolicy({ policy: { name, stages: LEGAL } });
    expect(await reviews.getReviewPolicy({ name })).toEqual(policy);
    await expect(reviews.updateReviewPolicy({ policy: { name, etag: 'old' } })).rejects.toEqual(
      refusal('ABORTED', 'ETAG_MISMATCH'),
    );
    await reviews.deleteReviewPolicy({ name });
    expect((await reviews.getReviewPolicy({ name })).stages).toEqual([]);
  });

  it('is refused where nobody could follow it', async () => {
    const name = `${newOrganization()}/reviewPolicy`;
    const group = { displayName: 'legal', reviewers: ['bob'] };
    const wrong: Stages[] = [
      [{ kind: ReviewKind.DESIGN, groups: [] }],
      [{ kind: ReviewKind.DESIGN, groups: [{ ...group, required: 2 }] }],
      [{ kind: ReviewKind.DESIGN, groups: [{ ...group, reviewers: [] }] }],
      [1, 1].map(() => ({ kind: ReviewKind.DESIGN, groups: [group] })),
      [{ kind: ReviewKind.DESIGN, groups: [1, 2].map(() => group) }],
    ];
    for (const stages of wrong)
      await expect(reviews.updateReviewPolicy({ policy: { name, stages } })).rejects.toEqual(
        refusal('INVALID_ARGUMENT', 'INVALID_FIELDS'),
      );
  });

  it('of a workspace takes the place of the organization’s, also where it asks for nothing', async () => {
    const { name } = await underReview(LEGAL);
    const workspace = `${name.split('/templates')[0]}/workspaces/${uuidv7()}`;
    await templates.updateTemplate({ template: { name, workspace }, updateMask: ['workspace'] });
    await expect(templates.publishTemplate({ name })).rejects.toEqual(
      refusal('FAILED_PRECONDITION', 'REVIEW_REQUIRED'),
    );
    await reviews.updateReviewPolicy({ policy: { name: `${workspace}/reviewPolicy` } });
    expect((await templates.publishTemplate({ name })).version).toBe(1);
  });
});

describe('a draft under a policy', () => {
  it('is published once it is approved, and not before', async () => {
    const { name } = await underReview(LEGAL);
    await expect(templates.publishTemplate({ name })).rejects.toEqual(
      refusal('FAILED_PRECONDITION', 'REVIEW_REQUIRED'),
    );
    const review = await submit(name);
    expect(review).toMatchObject({ state: State.PENDING, current: true, requester: 'ann' });
    await expect(templates.publishTemplate({ name })).rejects.toEqual(
      refusal('FAILED_PRECONDITION', 'REVIEW_REQUIRED'),
    );
    const approved = await reviews.approveReview({ name: review.name, comment: 'Good.' }, by('bob'));
    expect(approved.state).toBe(State.APPROVED);
    expect(approved.steps.map(({ action, actor, comment }) => [action, actor, comment])).toEqual([
      [Step.SUBMITTED, 'ann', 'Please.'],
      [Step.APPROVED, 'bob', 'Good.'],
    ]);
    expect(await reviews.approveReview({ name: review.name }, by('bob'))).toEqual(approved);
    expect((await templates.publishTemplate({ name })).version).toBe(1);
  });

  it('needs another review once it changed, in whatever language, and none once it is changed back', async () => {
    const { name, draft } = await underReview(LEGAL);
    const review = await submit(name);
    await reviews.approveReview({ name: review.name }, by('bob'));
    const required = refusal('FAILED_PRECONDITION', 'REVIEW_REQUIRED');
    await edit(name, 'Sneaky');
    await expect(templates.publishTemplate({ name })).rejects.toEqual(required);
    expect(await reviews.getReview({ name: review.name })).toMatchObject({ state: State.APPROVED, current: false });
    await edit(name, draft!.subject);
    const { keys } = await templates.listTranslationKeys({ parent: name });
    const content = JSON.stringify({ [keys[0]!.key]: `${keys[0]!.text} ` });
    await templates.importTranslations({ parent: name, language: 'de', format: 1, content });
    await expect(templates.publishTemplate({ name })).rejects.toEqual(required);
    await templates.deleteLocalization({ parent: name, language: 'de' });
    expect((await templates.publishTemplate({ name })).version).toBe(1);
  });

  it('goes back to an earlier version without a review', async () => {
    const { name } = await underReview(LEGAL);
    const review = await submit(name);
    await reviews.approveReview({ name: review.name }, by('cem'));
    const version = await templates.publishTemplate({ name });
    await edit(name, 'Second');
    expect((await templates.rollbackTemplate({ name: version.name })).version).toBe(2);
  });

  it('is reviewed as a design first, by all of every group', async () => {
    const { name } = await underReview([
      { kind: ReviewKind.PUBLISH, groups: [{ displayName: 'legal', reviewers: ['bob'] }] },
      {
        kind: ReviewKind.DESIGN,
        groups: [
          { displayName: 'brand', reviewers: ['cem', 'dee'] },
          { displayName: 'copy', reviewers: ['dee', 'eve'], required: 1 },
        ],
      },
    ]);
    await expect(submit(name)).rejects.toEqual(refusal('FAILED_PRECONDITION', 'REVIEW_REQUIRED'));
    const design = await submit(name, ReviewKind.DESIGN);
    expect((await reviews.approveReview({ name: design.name }, by('cem'))).state).toBe(State.PENDING);
    expect((await reviews.approveReview({ name: design.name }, by('dee'))).state).toBe(State.APPROVED);
    const publish = await submit(name);
    await expect(templates.publishTemplate({ name })).rejects.toEqual(
      refusal('FAILED_PRECONDITION', 'REVIEW_REQUIRED'),
    );
    await reviews.approveReview({ name: publish.name }, by('bob'));
    expect((await templates.publishTemplate({ name })).version).toBe(1);
  });
});

describe('a review', () => {
  it('is decided by reviewers, who say who they are', async () => {
    const { name: parent } = await underReview(LEGAL);
    const { name } = await submit(parent);
    const notAReviewer = refusal('PERMISSION_DENIED', 'NOT_A_REVIEWER');
    await expect(reviews.approveReview({ name }, by('eve'))).rejects.toEqual(notAReviewer);
    await expect(reviews.rejectReview({ name, feedback: 'No.' }, by('ann'))).rejects.toEqual(notAReviewer);
    await expect(reviews.withdrawReview({ name }, by('bob'))).rejects.toEqual(notAReviewer);
    await expect(reviews.approveReview({ name })).rejects.toEqual(refusal('UNAUTHENTICATED', 'ACTOR_UNKNOWN'));
    expect((await reviews.rejectReview({ name, feedback: 'No.' }, by('bob'))).state).toBe(State.REJECTED);
    await expect(reviews.approveReview({ name }, by('cem'))).rejects.toEqual(
      refusal('FAILED_PRECONDITION', 'REVIEW_ENDED'),
    );
    const again = await submit(parent);
    expect((await reviews.withdrawReview({ name: again.name }, by('ann'))).state).toBe(State.WITHDRAWN);
  });

  it('cannot be approved by who asks for it, unless the policy says so', async () => {
    const stages = [{ kind: ReviewKind.PUBLISH, groups: [{ displayName: 'all', reviewers: ['ann', 'bob'] }] }];
    const { name: parent } = await underReview(stages);
    const { name } = await submit(parent);
    await expect(reviews.approveReview({ name }, by('ann'))).rejects.toEqual(
      refusal('PERMISSION_DENIED', 'NOT_A_REVIEWER'),
    );
    expect((await reviews.approveReview({ name }, by('bob'))).state).toBe(State.APPROVED);
    const alone = [{ kind: ReviewKind.PUBLISH, groups: [{ displayName: 'me', reviewers: ['ann'] }] }];
    const { name: hopeless } = await underReview(alone);
    await expect(submit(hopeless)).rejects.toEqual(refusal('FAILED_PRECONDITION', 'TOO_FEW_REVIEWERS'));
    const { name: own } = await underReview(alone, true);
    expect((await reviews.approveReview({ name: (await submit(own)).name }, by('ann'))).state).toBe(State.APPROVED);
  });

  it('is approved for all at once by whom the policy lets', async () => {
    const [stage] = LEGAL;
    const parent = await underReview([{ ...stage!, overriders: ['boss'] }]);
    const { name } = await submit(parent.name);
    await expect(reviews.approveReview({ name, forAll: true }, by('bob'))).rejects.toEqual(
      refusal('PERMISSION_DENIED', 'NOT_A_REVIEWER'),
    );
    const approved = await reviews.approveReview({ name, forAll: true, comment: 'Go.' }, by('boss'));
    expect(approved.state).toBe(State.APPROVED);
    expect(approved.steps.at(-1)).toMatchObject({ action: Step.APPROVED_FOR_ALL, actor: 'boss' });
    expect(await reviews.approveReview({ name, forAll: true }, by('boss'))).toEqual(approved);
    expect((await templates.publishTemplate({ name: parent.name })).version).toBe(1);
  });

  it('is about what the draft said, and is not approved for anything else', async () => {
    const { name: parent } = await underReview(LEGAL);
    const { name } = await submit(parent);
    await edit(parent, 'Other');
    await expect(reviews.approveReview({ name }, by('bob'))).rejects.toEqual(
      refusal('FAILED_PRECONDITION', 'REVIEW_OUTDATED'),
    );
    await submit(parent);
    const { reviews: all } = await reviews.listReviews({ parent });
    expect(all.map(({ state, current }) => [state, current])).toEqual([
      [State.PENDING, true],
      [State.SUPERSEDED, false],
    ]);
  });

  it('is approved once, however many approve and reject at the same time', async () => {
    const reviewers = Array.from({ length: 12 }, (_, index) => `r${index}`);
    const { name: parent } = await underReview([
      { kind: ReviewKind.PUBLISH, groups: [{ displayName: 'all', reviewers }] },
    ]);
    const { name } = await submit(parent);
    await Promise.all(reviewers.map((actor) => reviews.approveReview({ name }, by(actor))));
    const { state, steps } = await reviews.getReview({ name });
    expect(state).toBe(State.APPROVED);
    expect(steps.map(({ actor }) => actor).sort()).toEqual(['ann', ...reviewers].sort());
  });

  it('is pending once for each kind, however many ask at the same time', async () => {
    const { name: parent } = await underReview(LEGAL);
    await Promise.all(Array.from({ length: 8 }, () => submit(parent)));
    const { reviews: first, nextPageToken } = await reviews.listReviews({ parent, pageSize: 5 });
    const { reviews: second } = await reviews.listReviews({ parent, pageSize: 5, pageToken: nextPageToken });
    const states = [...first, ...second].map(({ state }) => state);
    expect(states).toEqual([State.PENDING, ...Array.from({ length: 7 }, () => State.SUPERSEDED)]);
  });

  it('is not there where nobody asked for it, nor for another organization', async () => {
    const { name: parent } = await underReview(LEGAL);
    const { name } = await submit(parent);
    const elsewhere = name.replace(/^organizations\/[^/]+/, newOrganization());
    for (const one of [`${parent}/reviews/9`, elsewhere]) {
      const missing = refusal('NOT_FOUND', 'REVIEW_NOT_FOUND');
      await expect(reviews.getReview({ name: one })).rejects.toEqual(missing);
      await expect(reviews.approveReview({ name: one }, by('bob'))).rejects.toEqual(missing);
    }
    const { name: free } = await createTemplate(templates);
    await expect(submit(free)).rejects.toEqual(refusal('FAILED_PRECONDITION', 'REVIEW_NOT_NEEDED'));
    await expect(reviews.submitReview({ parent, kind: ReviewKind.PUBLISH, etag: 'old' }, by('ann'))).rejects.toEqual(
      refusal('ABORTED', 'ETAG_MISMATCH'),
    );
  });
});
