import {
  type Collaborator,
  type ListCollaboratorsRequest,
  type ListCollaboratorsResponse,
  type RemoveCollaboratorRequest,
  type SetCollaboratorRequest,
  WorkspaceAccess,
} from '@kelp/contract-account';
import { Injectable } from '@nestjs/common';
import { invalidFields } from '../account.errors.js';
import { given } from '../account.fields.js';
import { partsOf, teamName, userName, workspaceName } from '../account.names.js';
import { pageOf } from '../page.js';
import { teamNotFound } from '../team/team.errors.js';
import { userNotFound } from '../user/user.errors.js';
import { workspaceNotFound } from '../workspace/workspace.errors.js';
import type { WorkspaceRepository } from '../workspace/workspace.repository.js';
import type { CollaboratorRepository, PrincipalId } from './collaborator.repository.js';

/** What people say about who works in a workspace. */
@Injectable()
export class CollaboratorService {
  constructor(
    private readonly workspaces: WorkspaceRepository,
    private readonly collaborators: CollaboratorRepository,
  ) {}

  async set(request: SetCollaboratorRequest): Promise<Collaborator> {
    const collaborator = given('collaborator', request.collaborator);
    const { workspace, principal, access } = collaborator;
    const id = partsOf(workspaceName, workspace, 'collaborator.workspace');
    const who = principalOf(id.organization, principal, 'collaborator.principal');
    if (access === WorkspaceAccess.UNSPECIFIED)
      throw invalidFields([{ field: 'collaborator.access', description: 'Must be set.' }]);
    await this.collaborators.set(id, who, access);
    return { workspace, principal, access };
  }

  async remove({ workspace, principal }: RemoveCollaboratorRequest): Promise<void> {
    const id = partsOf(workspaceName, workspace, 'workspace');
    await this.collaborators.remove(id, principalOf(id.organization, principal, 'principal'));
  }

  async list({ workspace, ...page }: ListCollaboratorsRequest): Promise<ListCollaboratorsResponse> {
    const id = partsOf(workspaceName, workspace, 'workspace');
    const { items, nextPageToken } = await pageOf(page, `${workspace}/collaborators`, (after, limit) =>
      this.collaborators.list(id, after, limit),
    );
    if (items.length === 0 && !(await this.workspaces.find(id))) throw workspaceNotFound(workspace);
    return { collaborators: items.map(({ collaborator }) => collaborator), nextPageToken };
  }
}

/** @throws INVALID_FIELDS, and USER_NOT_FOUND or TEAM_NOT_FOUND for one of another organization */
function principalOf(organization: string, name: string, field: string): PrincipalId {
  const team = teamName.parse(name);
  if (team) {
    if (team.organization !== organization) throw teamNotFound(name);
    return { kind: 'team', id: team.team };
  }
  const user = partsOf(userName, name, field);
  if (user.organization !== organization) throw userNotFound(name);
  return { kind: 'user', id: user.user };
}
