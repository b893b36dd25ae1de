import {
  type AccessChange,
  ApiKey_Environment as Environment,
  Permission,
  User_State as State,
  WorkspaceAccess,
} from '@kelp/contract-account';
import fc from 'fast-check';
import { AccessGraph } from './access-graph.js';
import { explain } from './ground.js';

const of = (letter: string) => `organizations/${letter.repeat(8)}-0000-7000-8000-000000000000`;
const mine = of('a');
const theirs = of('b');

type Fact = NonNullable<AccessChange['fact']>;
const user = (name: string, role = 'roles/editor', state = State.ACTIVE): Fact => ({
  $case: 'user',
  value: { name, role, state },
});
const team = (name: string, role = ''): Fact => ({ $case: 'team', value: { name, role } });
const member = (inTeam: string, who: string): Fact => ({ $case: 'teamMember', value: { team: inTeam, user: who } });
const workspace = (name: string, parentWorkspace = ''): Fact => ({
  $case: 'workspace',
  value: { name, parentWorkspace },
});
const collaborator = (where: string, principal: string, access: WorkspaceAccess): Fact => ({
  $case: 'collaborator',
  value: { workspace: where, principal, access },
});
const role = (name: string, permissions: Permission[]): Fact => ({ $case: 'role', value: { name, permissions } });
const key = (name: string, more: object = {}): Fact => ({
  $case: 'apiKey',
  value: {
    name,
    tokenHash: Buffer.from('aa', 'hex'),
    previousTokenHash: Buffer.alloc(0),
    previousExpireTime: undefined,
    expireTime: undefined,
    environment: Environment.LIVE,
    permissions: [Permission.TEMPLATES_RENDER, Permission.EMAILS_SEND],
    workspace: '',
    callsPerMinute: 0,
    ...more,
  },
});

function graphOf(...facts: Fact[]): AccessGraph {
  const graph = new AccessGraph();
  for (const [index, fact] of facts.entries()) graph.apply({ key: String(index), fact });
  return graph;
}

const [ann, ben] = [`${mine}/users/ann`, `${mine}/users/ben`];
const [outer, inner, innermost, beside] = ['o', 'i', 'm', 'b'].map((id) => `${mine}/workspaces/${id}`) as [
  string,
  string,
  string,
  string,
];
const designers = `${mine}/teams/d`;
const nested = [workspace(outer), workspace(inner, outer), workspace(innermost, inner), workspace(beside)];

describe('access', () => {
  it('to a workspace is access to those nested in it, and to no other', () => {
    const graph = graphOf(...nested, user(ann), collaborator(inner, ann, WorkspaceAccess.EDIT));
    const edits = (where: string) => graph.check(ann, Permission.TEMPLATES_EDIT, where);
    expect([outer, inner, innermost, beside, mine].map(edits)).toEqual([false, true, true, false, false]);
    expect(graph.accessible(ann, Permission.TEMPLATES_EDIT)).toEqual([inner, innermost].sort());
  });

  it('that is greater further in or further out counts', () => {
    const graph = graphOf(
      ...nested,
      user(ann),
      collaborator(outer, ann, WorkspaceAccess.PUBLISH),
      collaborator(inner, ann, WorkspaceAccess.VIEW),
      collaborator(beside, ann, WorkspaceAccess.VIEW),
    );
    const publishes = (where: string) => graph.check(ann, Permission.TEMPLATES_PUBLISH, where);
    expect([outer, inner, innermost, beside].map(publishes)).toEqual([true, true, true, false]);
  });

  it('of a team is that of its members, as far as their roles go', () => {
    const graph = graphOf(
      ...nested,
      user(ann),
      user(ben, 'roles/viewer'),
      team(designers),
      member(designers, ann),
      member(designers, ben),
      collaborator(outer, designers, WorkspaceAccess.PUBLISH),
    );
    expect(graph.check(ann, Permission.TEMPLATES_PUBLISH, innermost)).toBe(true);
    expect(graph.check(ben, Permission.TEMPLATES_PUBLISH, innermost)).toBe(false);
    expect(graph.check(ben, Permission.TEMPLATES_VIEW, innermost)).toBe(true);
    expect(graph.principals(Permission.TEMPLATES_VIEW, outer)).toEqual([ann, ben]);
  });

  it("comes from a team's role, too", () => {
    const facts = [...nested, user(ben, 'roles/viewer'), member(designers, ben)];
    const graph = graphOf(...facts, team(designers, 'roles/admin'));
    expect(graph.check(ben, Permission.USERS_MANAGE, mine)).toBe(true);
    expect(graphOf(...facts, team(designers)).check(ben, Permission.USERS_MANAGE, mine)).toBe(false);
  });

  it('goes as far as a role of the organization says, and not any further', () => {
    const custom = `${mine}/roles/r`;
    const graph = graphOf(
      ...nested,
      role(custom, [Permission.TEMPLATES_VIEW, Permission.AUDIT_VIEW]),
      user(ann, custom),
      collaborator(outer, ann, WorkspaceAccess.PUBLISH),
    );
    expect(graph.check(ann, Permission.AUDIT_VIEW, mine)).toBe(true);
    expect(graph.check(ann, Permission.TEMPLATES_VIEW, inner)).toBe(true);
    expect(graph.check(ann, Permission.TEMPLATES_EDIT, inner)).toBe(false);
    expect(graph.check(ann, Permission.TEMPLATES_VIEW, beside)).toBe(false);
  });

  it('never reaches another organization', () => {
    const there = `${theirs}/workspaces/t`;
    const graph = graphOf(
      workspace(there),
      user(ann, 'roles/admin'),
      collaborator(there, ann, WorkspaceAccess.PUBLISH),
    );
    for (const permission of [Permission.ORGANIZATION_VIEW, Permission.TEMPLATES_VIEW])
      for (const resource of [theirs, there]) expect(graph.check(ann, permission, resource)).toBe(false);
  });

  it('of a key is what its permissions say: in its workspace, until it ends, and never to send as a test key', () => {
    const name = `${mine}/apiKeys/k`;
    const may = (more: object, permission: Permission, where: string) =>
      graphOf(...nested, key(name, more)).check(name, permission, where);
    expect(may({}, Permission.EMAILS_SEND, mine)).toBe(true);
    expect(may({}, Permission.TEMPLATES_EDIT, mine)).toBe(false);
    expect(may({ workspace: inner }, Permission.EMAILS_SEND, innermost)).toBe(true);
    expect(may({ workspace: inner }, Permission.EMAILS_SEND, outer)).toBe(false);
    expect(may({ workspace: inner }, Permission.EMAILS_SEND, mine)).toBe(false);
    expect(may({ expireTime: new Date(Date.now() - 1) }, Permission.EMAILS_SEND, mine)).toBe(false);
    expect(may({ environment: Environment.TEST }, Permission.EMAILS_SEND, mine)).toBe(false);
    expect(may({ environment: Environment.TEST }, Permission.TEMPLATES_RENDER, mine)).toBe(true);
  });

  it('is explained from the user to the resource', () => {
    const graph = graphOf(
      ...nested,
      user(ann),
      team(designers),
      member(designers, ann),
      collaborator(outer, designers, WorkspaceAccess.EDIT),
    );
    const steps = explain(graph, ann, Permission.TEMPLATES_EDIT, innermost);
    expect(steps.map(({ subject, relation, object }) => [subject, relation, object])).toEqual([
      [ann, 'role', 'roles/editor'],
      [ann, 'member', designers],
      [designers, 'can_edit', outer],
      [innermost, 'in', inner],
      [inner, 'in', outer],
    ]);
    expect(explain(graph, ann, Permission.TEMPLATES_PUBLISH, inner)).toEqual([
      expect.objectContaining({ relation: 'access', object: inner }),
    ]);
    expect(explain(graph, ann, Permission.CODE_EDIT, inner)).toEqual([expect.objectContaining({ relation: 'role' })]);
  });

  it('is the same in whatever order the facts came, and however often', () => {
    const facts = [
      ...nested,
      user(ann),
      user(ben, 'roles/viewer'),
      team(designers, 'roles/developer'),
      member(designers, ben),
      collaborator(outer, designers, WorkspaceAccess.EDIT),
      collaborator(beside, ann, WorkspaceAccess.PUBLISH),
      key(`${mine}/apiKeys/k`, { workspace: inner }),
    ].map((fact, index): AccessChange => ({ key: String(index), fact }));
    const answers = (changes: readonly AccessChange[]) => {
      const graph = new AccessGraph();
      for (const change of changes) graph.apply(change);
      return [Permission.TEMPLATES_EDIT, Permission.CODE_EDIT, Permission.API_KEYS_MANAGE, Permission.EMAILS_SEND].map(
        (permission) => [mine, outer, inner, innermost, beside].map((where) => graph.principals(permission, where)),
      );
    };
    const expected = answers(facts);
    fc.assert(
      fc.property(
        fc.shuffledSubarray(facts, { minLength: facts.length }),
        fc.array(fc.record({ index: fc.nat(facts.length - 1), ends: fc.boolean() }), { maxLength: 30 }),
        (shuffled, noise) => {
          const before = noise.map(({ index, ends }) =>
            ends ? { key: String(index), fact: undefined } : facts[index]!,
          );
          expect(answers([...before, ...shuffled])).toEqual(expected);
        },
      ),
      { numRuns: 50 },
    );
  });
});

it('gives nobody more than its giver has', () => {
  const custom = `${mine}/roles/r`;
  const graph = graphOf(role(custom, [Permission.USERS_MANAGE, Permission.TEMPLATES_VIEW]), user(ann, custom));
  expect(graph.lacking(ann, [Permission.USERS_MANAGE])).toBeUndefined();
  expect(graph.lackingOfRole(ann, 'roles/viewer')).toBe(Permission.ORGANIZATION_VIEW);
  expect(graph.lackingOfRole(ann, 'roles/admin')).toBeDefined();
  expect(graph.lackingOfRole(ann, custom)).toBeUndefined();
  expect(graphOf(user(ben, 'roles/admin')).lackingOfRole(ben, 'roles/admin')).toBeUndefined();
});
