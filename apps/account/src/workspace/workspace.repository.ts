import type { Workspace } from '@kelp/contract-account';
import { etagOf, uuidv7 } from '@kelp/resource';
import { Injectable } from '@nestjs/common';
import { organizationName, workspaceName } from '../account.names.js';
import { Database, isReferenceViolation, isUniqueViolation, type Transaction } from '../database.js';
import type { Workspace as WorkspaceRow } from '../generated/prisma/client.js';
import { organizationNotFound } from '../organization/organization.errors.js';
import type { Position } from '../page.js';
import { workspaceExists, workspaceNotEmpty, workspaceNotFound, workspacesTooDeep } from './workspace.errors.js';

/** Which workspace, of whom. */
export interface WorkspaceId {
  readonly organization: string;
  readonly workspace: string;
}

/** What a new workspace is made of. */
export interface NewWorkspace {
  readonly displayName: string;
  /** The last part of the name of the workspace around it. */
  readonly parent: string | undefined;
}

/** A check walks from a workspace to the outermost one: not far. */
const DEPTH_MAX = 8;

/** Workspaces. */
@Injectable()
export class WorkspaceRepository {
  constructor(private readonly database: Database) {}

  /** Undefined where the identifier or the display name is taken. @throws ORGANIZATION_NOT_FOUND */
  async create(id: WorkspaceId, { displayName, parent }: NewWorkspace): Promise<Workspace | undefined> {
    const now = new Date();
    try {
      const rows = await this.database.inOrganization(id.organization, async (transaction) => {
        if (parent) await requireRoomIn(transaction, { organization: id.organization, workspace: parent });
        return await transaction.workspace.createManyAndReturn({
          data: [
            {
              ...keyOf(id),
              displayName,
              parentWorkspaceId: parent ?? null,
              etag: newEtag(id),
              createTime: now,
              updateTime: now,
            },
          ],
          skipDuplicates: true,
        });
      });
      return rows.map(toWorkspace)[0];
    } catch (error) {
      throw isReferenceViolation(error) ? organizationNotFound(organizationName.format(id)) : error;
    }
  }

  async find(id: WorkspaceId): Promise<Workspace | undefined> {
    const row = await this.database.inOrganization(id.organization, (transaction) =>
      transaction.workspace.findFirst({ where: keyOf(id) }),
    );
    return row ? toWorkspace(row) : undefined;
  }

  /** Whether a workspace of any organization has the identifier. */
  async isTaken(workspaceId: string): Promise<boolean> {
    return (await this.database.workspace.count({ where: { workspaceId } })) > 0;
  }

  /**
   * An organization's workspaces behind a position, oldest first.
   * @param among only those, by the last parts of their names
   */
  async list(
    organization: string,
    after: Position | undefined,
    limit: number,
    among?: readonly string[],
  ): Promise<Workspace[]> {
    const { createTime, id } = after ?? {};
    const rows = await this.database.inOrganization(organization, (transaction) =>
      transaction.workspace.findMany({
        where: {
          organizationId: organization,
          ...(among && { workspaceId: { in: [...among] } }),
          ...(after && { OR: [{ createTime: { gt: createTime } }, { createTime, workspaceId: { gt: id } }] }),
        },
        orderBy: [{ createTime: 'asc' }, { workspaceId: 'asc' }],
        take: limit,
      }),
    );
    return rows.map(toWorkspace);
  }

  /**
   * Undefined where there is no such workspace, or not any more in the state that the etag names.
   * @param etag any state where it is empty
   * @throws WORKSPACE_EXISTS where another one has the display name
   */
  async update(id: WorkspaceId, etag: string, displayName: string): Promise<Workspace | undefined> {
    try {
      const rows = await this.database.inOrganization(id.organization, (transaction) =>
        transaction.workspace.updateManyAndReturn({
          where: { ...keyOf(id), ...(etag && { etag }) },
          data: { displayName, etag: newEtag(id), updateTime: new Date() },
        }),
      );
      return rows.map(toWorkspace)[0];
    } catch (error) {
      throw isUniqueViolation(error) ? workspaceExists(displayName) : error;
    }
  }

  /**
   * Whether there was such a workspace, in the state that the etag names; any state where it is empty.
   * @throws WORKSPACE_NOT_EMPTY
   */
  async delete(id: WorkspaceId, etag: string): Promise<boolean> {
    try {
      const { count } = await this.database.inOrganization(id.organization, (transaction) =>
        transaction.workspace.deleteMany({ where: { ...keyOf(id), ...(etag && { etag }) } }),
      );
      return count > 0;
    } catch (error) {
      throw isReferenceViolation(error) ? workspaceNotEmpty(workspaceName.format(id)) : error;
    }
  }
}

/** Parents never change, so that what was counted stays true. @throws WORKSPACE_NOT_FOUND, WORKSPACES_TOO_DEEP */
async function requireRoomIn(transaction: Transaction, id: WorkspaceId): Promise<void> {
  let next: string | null = id.workspace;
  for (let depth = 1; next; depth++) {
    if (depth >= DEPTH_MAX) throw workspacesTooDeep(DEPTH_MAX);
    const workspace: { parentWorkspaceId: string | null } | null = await transaction.workspace.findFirst({
      where: keyOf({ ...id, workspace: next }),
      select: { parentWorkspaceId: true },
    });
    if (!workspace) throw workspaceNotFound(workspaceName.format(id));
    next = workspace.parentWorkspaceId;
  }
}

/** A workspace of another organization is not there. */
const keyOf = ({ organization, workspace }: WorkspaceId) => ({ organizationId: organization, workspaceId: workspace });

const newEtag = (id: WorkspaceId): string => etagOf(workspaceName.format(id), uuidv7());

const toWorkspace = (row: WorkspaceRow): Workspace => ({
  name: workspaceName.format({ organization: row.organizationId, workspace: row.workspaceId }),
  displayName: row.displayName,
  createTime: row.createTime,
  updateTime: row.updateTime,
  etag: row.etag,
  parentWorkspace: row.parentWorkspaceId
    ? workspaceName.format({ organization: row.organizationId, workspace: row.parentWorkspaceId })
    : '',
});
