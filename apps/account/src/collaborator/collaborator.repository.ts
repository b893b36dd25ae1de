import type { Collaborator } from '@kelp/contract-account';
import { Injectable } from '@nestjs/common';
import { teamName, userName, workspaceName } from '../account.names.js';
import { Database } from '../database.js';
import type { Position } from '../page.js';
import { teamNotFound } from '../team/team.errors.js';
import { userNotFound } from '../user/user.errors.js';
import { workspaceNotFound } from '../workspace/workspace.errors.js';
import type { WorkspaceId } from '../workspace/workspace.repository.js';

/** Who works in a workspace: a user or a team of its organization. */
export interface PrincipalId {
  readonly kind: 'user' | 'team';
  readonly id: string;
}

/** A collaborator, as lists walk over them. */
export interface Listed {
  /** The principal's. */
  readonly name: string;
  readonly createTime: Date;
  readonly collaborator: Collaborator;
}

/** Who works in which workspace. */
@Injectable()
export class CollaboratorRepository {
  constructor(private readonly database: Database) {}

  /** @throws WORKSPACE_NOT_FOUND, USER_NOT_FOUND, TEAM_NOT_FOUND */
  async set(workspace: WorkspaceId, principal: PrincipalId, access: number): Promise<void> {
    const of = { organizationId: workspace.organization };
    await this.database.inOrganization(workspace.organization, async (transaction) => {
      const { kind, id } = principal;
      if ((await transaction.workspace.count({ where: { ...of, workspaceId: workspace.workspace } })) === 0)
        throw workspaceNotFound(workspaceName.format(workspace));
      const found =
        kind === 'user'
          ? await transaction.user.count({ where: { ...of, userId: id } })
          : await transaction.team.count({ where: { ...of, teamId: id } });
      if (found === 0) {
        const name = nameOf(workspace.organization, principal);
        throw kind === 'user' ? userNotFound(name) : teamNotFound(name);
      }
      const key = { workspaceId: workspace.workspace, principalId: id };
      await transaction.collaborator.upsert({
        where: { workspaceId_principalId: key },
        create: {
          ...of,
          ...key,
          userId: kind === 'user' ? id : null,
          teamId: kind === 'team' ? id : null,
          access,
          createTime: new Date(),
        },
        update: { access },
      });
    });
  }

  async remove({ organization, workspace }: WorkspaceId, { id }: PrincipalId): Promise<void> {
    await this.database.inOrganization(organization, (transaction) =>
      transaction.collaborator.deleteMany({
        where: { organizationId: organization, workspaceId: workspace, principalId: id },
      }),
    );
  }

  /** Who works in a workspace, behind a position, in the order in which they came. */
  async list(workspace: WorkspaceId, after: Position | undefined, limit: number): Promise<Listed[]> {
    const { createTime, id } = after ?? {};
    const { organization } = workspace;
    const rows = await this.database.inOrganization(organization, (transaction) =>
      transaction.collaborator.findMany({
        where: {
          organizationId: organization,
          workspaceId: workspace.workspace,
          ...(after && { OR: [{ createTime: { gt: createTime } }, { createTime, principalId: { gt: id } }] }),
        },
        orderBy: [{ createTime: 'asc' }, { principalId: 'asc' }],
        take: limit,
      }),
    );
    return rows.map((row) => {
      const principal = nameOf(organization, { kind: row.userId ? 'user' : 'team', id: row.principalId });
      return {
        name: principal,
        createTime: row.createTime,
        collaborator: { workspace: workspaceName.format(workspace), principal, access: row.access },
      };
    });
  }
}

const nameOf = (organization: string, { kind, id }: PrincipalId): string =>
  kind === 'user' ? userName.format({ organization, user: id }) : teamName.format({ organization, team: id });
