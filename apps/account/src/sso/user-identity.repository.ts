import { User_State as State } from '@kelp/contract-account';
import { uuidv7 } from '@kelp/resource';
import { Injectable } from '@nestjs/common';
import type { Transaction } from '../database.js';
import { createUser } from '../user/user.repository.js';
import type { DomainRepository } from './domain.repository.js';
import type { ProviderId, UsableProvider } from './identity-provider.repository.js';
import type { OidcUser } from './oidc.js';

/** As whom identity providers know users. */
@Injectable()
export class UserIdentityRepository {
  constructor(private readonly domains: DomainRepository) {}

  /**
   * The identifier of the user whom a provider means, who is remembered by the provider's own name for them. Who comes
   * for the first time is known by their address, of a domain that the organization has proved; or becomes a user.
   * Undefined where they may not come in.
   */
  async userOf(
    transaction: Transaction,
    { organization, identityProvider }: ProviderId,
    provider: UsableProvider,
    { subject, email, displayName }: OidcUser,
  ): Promise<string | undefined> {
    const known = await transaction.userIdentity.findFirst({
      where: { organizationId: organization, identityProviderId: identityProvider, subject },
      include: { user: true },
    });
    if (known) return known.user.state === State.ACTIVE ? known.userId : undefined;
    const [, domain = ''] = /^[^\s@\0]+@([^\s@\0]+)$/.exec(email) ?? [];
    if (!domain || email.length > 254) return undefined;
    if (!(await this.domains.isProved(transaction, organization, domain))) return undefined;
    const byEmail = { where: { organizationId: organization, email } };
    let user = await transaction.user.findFirst(byEmail);
    if (!user && provider.createUsers) {
      const fields = { email, displayName, role: provider.role, state: State.ACTIVE };
      await createUser(transaction, { organization, user: uuidv7() }, fields);
      user = await transaction.user.findFirst(byEmail); // perhaps one that somebody made at the same moment
    }
    if (user?.state !== State.ACTIVE) return undefined;
    await transaction.userIdentity.createMany({
      data: [
        {
          organizationId: organization,
          identityProviderId: identityProvider,
          subject,
          userId: user.userId,
          createTime: new Date(),
        },
      ],
      skipDuplicates: true,
    });
    return user.userId;
  }
}
