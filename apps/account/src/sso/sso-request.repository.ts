import type { Permission } from '@kelp/contract-account';
import { Injectable } from '@nestjs/common';
import { Database } from '../database.js';
import type { SignedIn } from '../sign-in/session.repository.js';
import type { ProviderId } from './identity-provider.repository.js';

/** A browser that was sent to an identity provider. */
export interface SsoRequest extends ProviderId, Omit<SignedIn, 'totp'> {}

/** Browsers that are awaited. */
@Injectable()
export class SsoRequestRepository {
  constructor(private readonly database: Database) {}

  async add(
    { organization, identityProvider, ...signedIn }: SsoRequest,
    hashes: { stateHash: Uint8Array<ArrayBuffer>; browserHash: Uint8Array<ArrayBuffer> },
    expireTime: Date,
  ): Promise<void> {
    const key = { organizationId: organization, identityProviderId: identityProvider };
    await this.database.inOrganization(organization, (transaction) =>
      transaction.ssoRequest.create({ data: { ...key, ...signedIn, ...hashes, expireTime } }),
    );
  }

  /** The one that comes back with this, of whatever organization, once; undefined where another browser brings it. */
  async take(
    stateHash: Uint8Array<ArrayBuffer>,
    browserHash: Uint8Array<ArrayBuffer>,
  ): Promise<SsoRequest | undefined> {
    const where = { stateHash, browserHash, expireTime: { gt: new Date() } };
    const row = await this.database.ssoRequest.findFirst({ where });
    if (!row || (await this.database.ssoRequest.deleteMany({ where })).count === 0) return undefined;
    const { organizationId: organization, identityProviderId: identityProvider, userAgent, address } = row;
    return { organization, identityProvider, scopes: row.scopes as Permission[], userAgent, address };
  }
}
