import type { Invitation, User } from '@kelp/contract-account';
import { Injectable } from '@nestjs/common';
import { invitationName } from '../account.names.js';
import { Database, isReferenceViolation, type Transaction } from '../database.js';
import type { Invitation as InvitationRow } from '../generated/prisma/client.js';
import type { Position } from '../page.js';
import { roleNotFound } from '../role/role.errors.js';
import { nameOfRole, type RoleReference } from '../role/role-reference.js';
import { createUser, type NewUser, type UserId } from '../user/user.repository.js';

/** Which invitation, of whom. */
export interface InvitationId {
  readonly organization: string;
  readonly invitation: string;
}

export interface NewInvitation {
  readonly email: string;
  readonly role: RoleReference;
  readonly tokenHash: Buffer;
  readonly createTime: Date;
  readonly expireTime: Date;
}

/** An invitation that somebody has the token of. */
export interface OpenInvitation extends InvitationId {
  readonly email: string;
  readonly role: RoleReference;
}

/** Invitations. */
@Injectable()
export class InvitationRepository {
  constructor(private readonly database: Database) {}

  /** Takes the place of an earlier one of the same address. @throws ROLE_NOT_FOUND */
  async create(id: InvitationId, { role, ...fields }: NewInvitation): Promise<Invitation> {
    const of = { organizationId: id.organization };
    try {
      return await this.database.inOrganization(id.organization, async (transaction) => {
        await transaction.invitation.deleteMany({ where: { ...of, email: fields.email } });
        const tokenHash = new Uint8Array(fields.tokenHash);
        const data = { ...of, ...fields, ...role, tokenHash, invitationId: id.invitation };
        return toInvitation(await transaction.invitation.create({ data }));
      });
    } catch (error) {
      throw isReferenceViolation(error) ? roleNotFound(nameOfRole(id.organization, role)) : error;
    }
  }

  /** An organization's open invitations behind a position, oldest first. */
  async list(organization: string, after: Position | undefined, limit: number): Promise<Invitation[]> {
    const { createTime, id } = after ?? {};
    const rows = await this.database.inOrganization(organization, (transaction) =>
      transaction.invitation.findMany({
        where: {
          organizationId: organization,
          expireTime: { gt: new Date() },
          ...(after && { OR: [{ createTime: { gt: createTime } }, { createTime, invitationId: { gt: id } }] }),
        },
        orderBy: [{ createTime: 'asc' }, { invitationId: 'asc' }],
        take: limit,
      }),
    );
    return rows.map(toInvitation);
  }

  /** Whether there was one. */
  async delete({ organization, invitation }: InvitationId): Promise<boolean> {
    const { count } = await this.database.inOrganization(organization, (transaction) =>
      transaction.invitation.deleteMany({ where: { organizationId: organization, invitationId: invitation } }),
    );
    return count > 0;
  }

  /** The open invitation with this token, of whatever organization. */
  async findByToken(tokenHash: Buffer): Promise<OpenInvitation | undefined> {
    const row = await this.database.invitation.findFirst({
      where: { tokenHash: new Uint8Array(tokenHash), expireTime: { gt: new Date() } },
    });
    return row
      ? { organization: row.organizationId, invitation: row.invitationId, email: row.email, role: row }
      : undefined;
  }

  /**
   * Ends the invitation, and creates its user. Undefined where it has ended, or the address is a user's already.
   * @param also what is done with the new user, all or nothing
   */
  async accept(
    id: InvitationId,
    userId: string,
    user: NewUser,
    also: (transaction: Transaction, user: UserId) => Promise<void>,
  ): Promise<User | undefined> {
    const { organization, invitation } = id;
    return await this.database.inOrganization(organization, async (transaction) => {
      const { count } = await transaction.invitation.deleteMany({
        where: { organizationId: organization, invitationId: invitation },
      });
      const created = count > 0 ? await createUser(transaction, { organization, user: userId }, user) : undefined;
      if (created) await also(transaction, { organization, user: userId });
      return created;
    });
  }
}

const toInvitation = (row: InvitationRow): Invitation => ({
  name: invitationName.format({ organization: row.organizationId, invitation: row.invitationId }),
  email: row.email,
  role: nameOfRole(row.organizationId, row),
  createTime: row.createTime,
  expireTime: row.expireTime,
});
