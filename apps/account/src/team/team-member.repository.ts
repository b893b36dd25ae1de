import { Injectable } from '@nestjs/common';
import { teamName, userName } from '../account.names.js';
import { Database } from '../database.js';
import type { Position } from '../page.js';
import { userNotFound } from '../user/user.errors.js';
import { teamNotFound } from './team.errors.js';
import type { TeamId } from './team.repository.js';

/** A user in a team, as lists walk over them. */
export interface Member {
  /** The user's. */
  readonly name: string;
  readonly createTime: Date;
}

/** Who is in which team. */
@Injectable()
export class TeamMemberRepository {
  constructor(private readonly database: Database) {}

  /** @throws TEAM_NOT_FOUND, USER_NOT_FOUND */
  async add({ organization, team }: TeamId, user: string): Promise<void> {
    await this.database.inOrganization(organization, async (transaction) => {
      const of = { organizationId: organization };
      const [teams, users] = [
        await transaction.team.count({ where: { ...of, teamId: team } }),
        await transaction.user.count({ where: { ...of, userId: user } }),
      ];
      if (teams === 0) throw teamNotFound(teamName.format({ organization, team }));
      if (users === 0) throw userNotFound(userName.format({ organization, user }));
      await transaction.teamMember.createMany({
        data: [{ ...of, teamId: team, userId: user, createTime: new Date() }],
        skipDuplicates: true,
      });
    });
  }

  async remove({ organization, team }: TeamId, user: string): Promise<void> {
    await this.database.inOrganization(organization, (transaction) =>
      transaction.teamMember.deleteMany({ where: { organizationId: organization, teamId: team, userId: user } }),
    );
  }

  /** The users in a team behind a position, in the order in which they came. */
  async list({ organization, team }: TeamId, after: Position | undefined, limit: number): Promise<Member[]> {
    const { createTime, id } = after ?? {};
    const rows = await this.database.inOrganization(organization, (transaction) =>
      transaction.teamMember.findMany({
        where: {
          organizationId: organization,
          teamId: team,
          ...(after && { OR: [{ createTime: { gt: createTime } }, { createTime, userId: { gt: id } }] }),
        },
        orderBy: [{ createTime: 'asc' }, { userId: 'asc' }],
        take: limit,
      }),
    );
    return rows.map(({ userId, ...row }) => ({
      name: userName.format({ organization, user: userId }),
      createTime: row.createTime,
    }));
  }
}
