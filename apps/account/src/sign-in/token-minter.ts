import { jwkOf, type TokenClaims, tokenAlgorithm, tokenAudience, tokenIssuer, tokenType } from '@kelp/access';
import { type GetJwksResponse, Permission, type SessionTokens } from '@kelp/contract-account';
import { uuidv7 } from '@kelp/resource';
import { Injectable } from '@nestjs/common';
import { SignJWT } from 'jose';
import { organizationName, sessionName } from '../account.names.js';
import type { SigningKeys } from '../signing/signing-keys.js';
import { hashOf, newToken } from './secret-token.js';
import { type LiveSession, type NewRefreshToken, userOf } from './session.repository.js';

/** So long callers rely on a token without asking anybody. */
export const ACCESS_MS = 5 * 60_000;
const REFRESH_MS = 7 * 86_400_000;

/** A refresh token as its holder has it, and as it is kept. */
export interface RefreshToken {
  readonly token: string;
  readonly stored: NewRefreshToken;
}

/** A new one, which ends with its session at the latest. */
export function newRefreshToken(sessionExpireTime: Date): RefreshToken {
  const token = newToken();
  const createTime = new Date();
  const expireTime = new Date(Math.min(createTime.getTime() + REFRESH_MS, sessionExpireTime.getTime()));
  return { token, stored: { tokenHash: hashOf(token), createTime, expireTime } };
}

/** Makes the tokens with which people call. */
@Injectable()
export class TokenMinter {
  constructor(private readonly keys: SigningKeys) {}

  async tokens(session: LiveSession, refresh: RefreshToken): Promise<SessionTokens> {
    const { keyId, privateKey } = await this.keys.current();
    const name = sessionName.format(session);
    const now = Date.now();
    const expireTime = new Date(Math.floor(Math.min(now + ACCESS_MS, session.expireTime.getTime()) / 1_000) * 1_000);
    const claims: TokenClaims = {
      sub: userOf(session),
      org: organizationName.format(session),
      sid: name,
      ...(session.scopes.length > 0 && { scope: session.scopes.map((scope) => Permission[scope]).join(' ') }),
    };
    const accessToken = await new SignJWT({ ...claims })
      .setProtectedHeader({ alg: tokenAlgorithm, typ: tokenType, kid: keyId })
      .setIssuer(tokenIssuer)
      .setAudience(tokenAudience)
      .setIssuedAt(new Date(now))
      .setExpirationTime(expireTime)
      .setJti(uuidv7())
      .sign(privateKey);
    return {
      session: name,
      accessToken,
      accessExpireTime: expireTime,
      refreshToken: refresh.token,
      refreshExpireTime: refresh.stored.expireTime,
    };
  }

  async jwks(): Promise<GetJwksResponse> {
    const keys = await this.keys.tokenKeys();
    return {
      keys: keys.map(({ keyId, publicKey }) => {
        const { kty = '', crv = '', x = '' } = jwkOf(publicKey);
        return { kty, crv, x, kid: keyId, alg: tokenAlgorithm, use: 'sig' };
      }),
    };
  }

  /** Ends the signing keys of which no token is left. */
  endReplacedKeys(): Promise<void> {
    return this.keys.endReplaced(ACCESS_MS);
  }
}
