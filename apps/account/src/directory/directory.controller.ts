import {
  type AcceptInvitationRequest,
  type AcceptInvitationResponse,
  type AddTeamMemberRequest,
  type Collaborator,
  type CreateInvitationRequest,
  type CreateInvitationResponse,
  type CreateRoleRequest,
  type CreateTeamRequest,
  type CreateUserRequest,
  type DeleteInvitationRequest,
  type DeleteRoleRequest,
  type DeleteTeamRequest,
  type DeleteUserRequest,
  DirectoryContract,
  type GetRoleRequest,
  type GetTeamRequest,
  type GetUserRequest,
  type ListCollaboratorsRequest,
  type ListCollaboratorsResponse,
  type ListInvitationsRequest,
  type ListInvitationsResponse,
  type ListRolesRequest,
  type ListRolesResponse,
  type ListTeamMembersRequest,
  type ListTeamMembersResponse,
  type ListTeamsRequest,
  type ListTeamsResponse,
  type ListUsersRequest,
  type ListUsersResponse,
  type RemoveCollaboratorRequest,
  type RemoveTeamMemberRequest,
  type Role,
  type SetCollaboratorRequest,
  type Team,
  type UpdateRoleRequest,
  type UpdateTeamRequest,
  type UpdateUserRequest,
  type User,
} from '@kelp/contract-account';
import type { Empty } from '@kelp/contract-google';
import { GrpcController, type Service } from '@kelp/rpc';
import { UseFilters } from '@nestjs/common';
import { CollaboratorService } from '../collaborator/collaborator.service.js';
import { InvitationService } from '../invitation/invitation.service.js';
import { RoleService } from '../role/role.service.js';
import { StoreFilter } from '../store.filter.js';
import { TeamService } from '../team/team.service.js';
import { UserService } from '../user/user.service.js';

/** The contract of the directory, implemented: each resource by its service. */
@UseFilters(StoreFilter)
@GrpcController(DirectoryContract)
export class DirectoryController implements Service<typeof DirectoryContract> {
  constructor(
    private readonly users: UserService,
    private readonly teams: TeamService,
    private readonly roles: RoleService,
    private readonly collaborators: CollaboratorService,
    private readonly invitations: InvitationService,
  ) {}

  createUser(request: CreateUserRequest): Promise<User> {
    return this.users.create(request);
  }

  getUser(request: GetUserRequest): Promise<User> {
    return this.users.get(request);
  }

  listUsers(request: ListUsersRequest): Promise<ListUsersResponse> {
    return this.users.list(request);
  }

  updateUser(request: UpdateUserRequest): Promise<User> {
    return this.users.update(request);
  }

  async deleteUser(request: DeleteUserRequest): Promise<Empty> {
    await this.users.delete(request);
    return {};
  }

  createTeam(request: CreateTeamRequest): Promise<Team> {
    return this.teams.create(request);
  }

  getTeam(request: GetTeamRequest): Promise<Team> {
    return this.teams.get(request);
  }

  listTeams(request: ListTeamsRequest): Promise<ListTeamsResponse> {
    return this.teams.list(request);
  }

  updateTeam(request: UpdateTeamRequest): Promise<Team> {
    return this.teams.update(request);
  }

  async deleteTeam(request: DeleteTeamRequest): Promise<Empty> {
    await this.teams.delete(request);
    return {};
  }

  async addTeamMember(request: AddTeamMemberRequest): Promise<Empty> {
    await this.teams.addMember(request);
    return {};
  }

  async removeTeamMember(request: RemoveTeamMemberRequest): Promise<Empty> {
    await this.teams.removeMember(request);
    return {};
  }

  listTeamMembers(request: ListTeamMembersRequest): Promise<ListTeamMembersResponse> {
    return this.teams.listMembers(request);
  }

  createRole(request: CreateRoleRequest): Promise<Role> {
    return this.roles.create(request);
  }

  getRole(request: GetRoleRequest): Promise<Role> {
    return this.roles.get(request);
  }

  listRoles(request: ListRolesRequest): Promise<ListRolesResponse> {
    return this.roles.list(request);
  }

  updateRole(request: UpdateRoleRequest): Promise<Role> {
    return this.roles.update(request);
  }

  async deleteRole(request: DeleteRoleRequest): Promise<Empty> {
    await this.roles.delete(request);
    return {};
  }

  setCollaborator(request: SetCollaboratorRequest): Promise<Collaborator> {
    return this.collaborators.set(request);
  }

  async removeCollaborator(request: RemoveCollaboratorRequest): Promise<Empty> {
    await this.collaborators.remove(request);
    return {};
  }

  listCollaborators(request: ListCollaboratorsRequest): Promise<ListCollaboratorsResponse> {
    return this.collaborators.list(request);
  }

  createInvitation(request: CreateInvitationRequest): Promise<CreateInvitationResponse> {
    return this.invitations.create(request);
  }

  listInvitations(request: ListInvitationsRequest): Promise<ListInvitationsResponse> {
    return this.invitations.list(request);
  }

  async deleteInvitation(request: DeleteInvitationRequest): Promise<Empty> {
    await this.invitations.delete(request);
    return {};
  }

  acceptInvitation(request: AcceptInvitationRequest): Promise<AcceptInvitationResponse> {
    return this.invitations.accept(request);
  }
}
