import type { Team } from '@kelp/contract-account';
import { etagOf, uuidv7 } from '@kelp/resource';
import { Injectable } from '@nestjs/common';
import { teamName } from '../account.names.js';
import { Database, isReferenceViolation, isUniqueViolation } from '../database.js';
import type { Team as TeamRow } from '../generated/prisma/client.js';
import type { Position } from '../page.js';
import { roleNotFound } from '../role/role.errors.js';
import { nameOfRole, type RoleReference } from '../role/role-reference.js';
import { teamExists } from './team.errors.js';

/** Which team, of whom. */
export interface TeamId {
  readonly organization: string;
  readonly team: string;
}

export interface TeamFields {
  readonly displayName: string;
  readonly role: RoleReference;
}

/** Teams. */
@Injectable()
export class TeamRepository {
  constructor(private readonly database: Database) {}

  /** Undefined where the identifier or the display name is taken. @throws ROLE_NOT_FOUND */
  async create(id: TeamId, { displayName, role }: TeamFields): Promise<Team | undefined> {
    const now = new Date();
    try {
      const rows = await this.database.inOrganization(id.organization, (transaction) =>
        transaction.team.createManyAndReturn({
          data: [{ ...keyOf(id), displayName, ...role, etag: newEtag(id), createTime: now, updateTime: now }],
          skipDuplicates: true,
        }),
      );
      return rows.map(toTeam)[0];
    } catch (error) {
      throw isReferenceViolation(error) ? roleNotFound(nameOfRole(id.organization, role)) : error;
    }
  }

  async find(id: TeamId): Promise<Team | undefined> {
    const row = await this.database.inOrganization(id.organization, (transaction) =>
      transaction.team.findFirst({ where: keyOf(id) }),
    );
    return row ? toTeam(row) : undefined;
  }

  async isNameTaken(organization: string, displayName: string): Promise<boolean> {
    const count = await this.database.inOrganization(organization, (transaction) =>
      transaction.team.count({ where: { organizationId: organization, displayName } }),
    );
    return count > 0;
  }

  /** An organization's teams behind a position, oldest first. */
  async list(organization: string, after: Position | undefined, limit: number): Promise<Team[]> {
    const { createTime, id } = after ?? {};
    const rows = await this.database.inOrganization(organization, (transaction) =>
      transaction.team.findMany({
        where: {
          organizationId: organization,
          ...(after && { OR: [{ createTime: { gt: createTime } }, { createTime, teamId: { gt: id } }] }),
        },
        orderBy: [{ createTime: 'asc' }, { teamId: 'asc' }],
        take: limit,
      }),
    );
    return rows.map(toTeam);
  }

  /**
   * Undefined where there is no such team, or not any more in the state that the etag names; any state where it is empty.
   * @throws TEAM_EXISTS where another one has the display name, ROLE_NOT_FOUND
   */
  async update(id: TeamId, etag: string, { role, ...fields }: Partial<TeamFields>): Promise<Team | undefined> {
    try {
      const rows = await this.database.inOrganization(id.organization, (transaction) =>
        transaction.team.updateManyAndReturn({
          where: { ...keyOf(id), ...(etag && { etag }) },
          data: { ...fields, ...role, etag: newEtag(id), updateTime: new Date() },
        }),
      );
      return rows.map(toTeam)[0];
    } catch (error) {
      if (isUniqueViolation(error)) throw teamExists(fields.displayName ?? '');
      throw isReferenceViolation(error) ? roleNotFound(nameOfRole(id.organization, role!)) : error;
    }
  }

  /** Whether there was such a team, in the state that the etag names; any state where it is empty. */
  async delete(id: TeamId, etag: string): Promise<boolean> {
    const { count } = await this.database.inOrganization(id.organization, (transaction) =>
      transaction.team.deleteMany({ where: { ...keyOf(id), ...(etag && { etag }) } }),
    );
    return count > 0;
  }
}

const keyOf = ({ organization, team }: TeamId) => ({ organizationId: organization, teamId: team });

const newEtag = (id: TeamId): string => etagOf(teamName.format(id), uuidv7());

const toTeam = (row: TeamRow): Team => ({
  name: teamName.format({ organization: row.organizationId, team: row.teamId }),
  displayName: row.displayName,
  role: nameOfRole(row.organizationId, row),
  createTime: row.createTime,
  updateTime: row.updateTime,
  etag: row.etag,
});
