import type {
  AddTeamMemberRequest,
  CreateTeamRequest,
  DeleteTeamRequest,
  GetTeamRequest,
  ListTeamMembersRequest,
  ListTeamMembersResponse,
  ListTeamsRequest,
  ListTeamsResponse,
  RemoveTeamMemberRequest,
  Team,
  UpdateTeamRequest,
} from '@kelp/contract-account';
import { uuidv7 } from '@kelp/resource';
import { Injectable } from '@nestjs/common';
import type { GivingRule } from '../access/giving-rule.js';
import { etagMismatch, invalidFields, requestIdReused } from '../account.errors.js';
import { displayNameViolations, given, newDisplayName } from '../account.fields.js';
import { organizationName, partsOf, teamName, userName } from '../account.names.js';
import { organizationNotFound } from '../organization/organization.errors.js';
import type { OrganizationRepository } from '../organization/organization.repository.js';
import { pageOf } from '../page.js';
import { type RoleReference, roleReference } from '../role/role-reference.js';
import { userNotFound } from '../user/user.errors.js';
import { teamExists, teamNotFound } from './team.errors.js';
import type { TeamFields, TeamRepository } from './team.repository.js';
import type { TeamMemberRepository } from './team-member.repository.js';

/** What people do to teams. */
@Injectable()
export class TeamService {
  constructor(
    private readonly organizations: OrganizationRepository,
    private readonly teams: TeamRepository,
    private readonly members: TeamMemberRepository,
    private readonly giving: GivingRule,
  ) {}

  /** The request's id becomes the team's, so that a second call finds what the first one made. */
  async create({ parent, team, requestId }: CreateTeamRequest): Promise<Team> {
    const { organization } = partsOf(organizationName, parent, 'parent');
    const displayName = newDisplayName('team', team);
    const fields = { displayName, role: roleOf(organization, given('team', team)) };
    await this.giving.requireRole(team!.role);
    if (!(await this.organizations.find(organization))) throw organizationNotFound(parent);
    const id = { organization, team: requestId || uuidv7() };
    const created = (await this.teams.create(id, fields)) ?? (await this.teams.find(id));
    if (created) return created;
    throw (await this.teams.isNameTaken(organization, displayName))
      ? teamExists(displayName)
      : requestIdReused(requestId);
  }

  async get({ name }: GetTeamRequest): Promise<Team> {
    const team = await this.teams.find(partsOf(teamName, name, 'name'));
    if (!team) throw teamNotFound(name);
    return team;
  }

  async list({ parent, ...page }: ListTeamsRequest): Promise<ListTeamsResponse> {
    const { organization } = partsOf(organizationName, parent, 'parent');
    const { items, nextPageToken } = await pageOf(page, `${parent}/teams`, (after, limit) =>
      this.teams.list(organization, after, limit),
    );
    return { teams: items, nextPageToken };
  }

  async update(request: UpdateTeamRequest): Promise<Team> {
    const team = given('team', request.team);
    const { name, etag } = team;
    const id = partsOf(teamName, name, 'team.name');
    const fields = changedFields(id.organization, team, request.updateMask);
    if (fields.role) await this.giving.requireRole(team.role);
    const updated = await this.teams.update(id, etag, fields);
    if (updated) return updated;
    throw (await this.teams.find(id)) ? etagMismatch(name) : teamNotFound(name);
  }

  async delete({ name, etag }: DeleteTeamRequest): Promise<void> {
    const id = partsOf(teamName, name, 'name');
    if (await this.teams.delete(id, etag)) return;
    throw (await this.teams.find(id)) ? etagMismatch(name) : teamNotFound(name);
  }

  /** Whoever comes into a team gets its role: one gives no more than one has. */
  async addMember({ team, user }: AddTeamMemberRequest): Promise<void> {
    const id = partsOf(teamName, team, 'team');
    const member = partsOf(userName, user, 'user');
    if (member.organization !== id.organization) throw userNotFound(user);
    const found = await this.teams.find(id);
    if (!found) throw teamNotFound(team);
    await this.giving.requireRole(found.role);
    await this.members.add(id, member.user);
  }

  async removeMember({ team, user }: RemoveTeamMemberRequest): Promise<void> {
    const id = partsOf(teamName, team, 'team');
    const member = partsOf(userName, user, 'user');
    if (member.organization === id.organization) await this.members.remove(id, member.user);
  }

  async listMembers({ team, ...page }: ListTeamMembersRequest): Promise<ListTeamMembersResponse> {
    const id = partsOf(teamName, team, 'team');
    const { items, nextPageToken } = await pageOf(page, `${team}/members`, (after, limit) =>
      this.members.list(id, after, limit),
    );
    if (items.length === 0 && !(await this.teams.find(id))) throw teamNotFound(team);
    return { users: items.map(({ name }) => name), nextPageToken };
  }
}

/** A team need not give a role. */
const roleOf = (organization: string, { role }: Team): RoleReference =>
  role === '' ? { builtInRole: null, roleId: null } : roleReference(organization, role, 'team.role');

function changedFields(organization: string, team: Team, updateMask: readonly string[] = []): Partial<TeamFields> {
  const paths = updateMask.length > 0 ? updateMask : ['display_name', 'role'];
  const { displayName } = team;
  const violations = paths.includes('display_name') ? displayNameViolations('team.display_name', displayName) : [];
  if (violations.length > 0) throw invalidFields(violations);
  return {
    ...(paths.includes('display_name') && { displayName }),
    ...(paths.includes('role') && { role: roleOf(organization, team) }),
  };
}
