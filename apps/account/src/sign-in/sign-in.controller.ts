import {
  type ConfirmTotpRequest,
  type ConfirmTotpResponse,
  type CreatePasswordResetRequest,
  type CreatePasswordResetResponse,
  type DeleteTotpRequest,
  type EnrolTotpRequest,
  type EnrolTotpResponse,
  type GetJwksResponse,
  type ListSessionsRequest,
  type ListSessionsResponse,
  type RefreshSessionRequest,
  type RevokeSessionRequest,
  type SetPasswordRequest,
  SignInContract,
  type SignInRequest,
  type SignInResponse,
  type SignOutRequest,
  type VerifyTotpRequest,
} from '@kelp/contract-account';
import type { Empty } from '@kelp/contract-google';
import { GrpcController, type Service } from '@kelp/rpc';
import { UseFilters } from '@nestjs/common';
import { StoreFilter } from '../store.filter.js';
import { CredentialService } from './credential.service.js';
import { SessionService } from './session.service.js';
import { SignInService } from './sign-in.service.js';
import { TokenMinter } from './token-minter.js';

/** The contract of signing in, implemented. */
@UseFilters(StoreFilter)
@GrpcController(SignInContract)
export class SignInController implements Service<typeof SignInContract> {
  constructor(
    private readonly signIns: SignInService,
    private readonly sessions: SessionService,
    private readonly credentials: CredentialService,
    private readonly minter: TokenMinter,
  ) {}

  signIn(request: SignInRequest): Promise<SignInResponse> {
    return this.signIns.signIn(request);
  }

  verifyTotp(request: VerifyTotpRequest): Promise<SignInResponse> {
    return this.signIns.verifyTotp(request);
  }

  refreshSession(request: RefreshSessionRequest): Promise<SignInResponse> {
    return this.signIns.refresh(request);
  }

  async signOut(request: SignOutRequest): Promise<Empty> {
    await this.signIns.signOut(request);
    return {};
  }

  getJwks(): Promise<GetJwksResponse> {
    return this.minter.jwks();
  }

  listSessions(request: ListSessionsRequest): Promise<ListSessionsResponse> {
    return this.sessions.list(request);
  }

  async revokeSession(request: RevokeSessionRequest): Promise<Empty> {
    await this.sessions.revoke(request);
    return {};
  }

  async setPassword(request: SetPasswordRequest): Promise<Empty> {
    await this.credentials.setPassword(request);
    return {};
  }

  createPasswordReset(request: CreatePasswordResetRequest): Promise<CreatePasswordResetResponse> {
    return this.credentials.createReset(request);
  }

  enrolTotp(request: EnrolTotpRequest): Promise<EnrolTotpResponse> {
    return this.credentials.enrolTotp(request);
  }

  confirmTotp(request: ConfirmTotpRequest): Promise<ConfirmTotpResponse> {
    return this.credentials.confirmTotp(request);
  }

  async deleteTotp(request: DeleteTotpRequest): Promise<Empty> {
    await this.credentials.deleteTotp(request);
    return {};
  }
}
