import { createHash, randomBytes } from 'node:crypto';
import {
  type AcceptInvitationRequest,
  type AcceptInvitationResponse,
  type CreateInvitationRequest,
  type CreateInvitationResponse,
  type DeleteInvitationRequest,
  type ListInvitationsRequest,
  type ListInvitationsResponse,
  User_State as State,
} from '@kelp/contract-account';
import { uuidv7 } from '@kelp/resource';
import { Injectable } from '@nestjs/common';
import type { GivingRule } from '../access/giving-rule.js';
import { invalidFields } from '../account.errors.js';
import { displayNameViolations, given, newNameViolations } from '../account.fields.js';
import { invitationName, organizationName, partsOf } from '../account.names.js';
import { organizationNotFound } from '../organization/organization.errors.js';
import type { OrganizationRepository } from '../organization/organization.repository.js';
import { pageOf } from '../page.js';
import { roleReference } from '../role/role-reference.js';
import type { CredentialRepository } from '../sign-in/credential.repository.js';
import type { PasswordHasher } from '../sign-in/password-hasher.js';
import { passwordViolations } from '../sign-in/password-policy.js';
import { userExists } from '../user/user.errors.js';
import { emailViolations } from '../user/user.fields.js';
import type { UserRepository } from '../user/user.repository.js';
import { invitationInvalid, invitationNotFound } from './invitation.errors.js';
import type { InvitationRepository } from './invitation.repository.js';

const TOKEN_BYTES = 32;
const VALID_MS = 7 * 86_400_000;

/** How people come into an organization. */
@Injectable()
export class InvitationService {
  constructor(
    private readonly organizations: OrganizationRepository,
    private readonly users: UserRepository,
    private readonly invitations: InvitationRepository,
    private readonly giving: GivingRule,
    private readonly credentials: CredentialRepository,
    private readonly hasher: PasswordHasher,
  ) {}

  async create({ parent, invitation }: CreateInvitationRequest): Promise<CreateInvitationResponse> {
    const { organization } = partsOf(organizationName, parent, 'parent');
    const { name, email: address, role } = given('invitation', invitation);
    const violations = [...newNameViolations('invitation.name', name), ...emailViolations('invitation.email', address)];
    if (violations.length > 0) throw invalidFields(violations);
    const reference = roleReference(organization, role, 'invitation.role');
    await this.giving.requireRole(role);
    if (!(await this.organizations.find(organization))) throw organizationNotFound(parent);
    const email = address.toLowerCase();
    if (await this.users.findByEmail(organization, email)) throw userExists(email);
    const token = randomBytes(TOKEN_BYTES).toString('base64url');
    const createTime = new Date();
    const created = await this.invitations.create(
      { organization, invitation: uuidv7() },
      {
        email,
        role: reference,
        tokenHash: hashOf(token),
        createTime,
        expireTime: new Date(createTime.getTime() + VALID_MS),
      },
    );
    return { invitation: created, token };
  }

  async list({ parent, ...page }: ListInvitationsRequest): Promise<ListInvitationsResponse> {
    const { organization } = partsOf(organizationName, parent, 'parent');
    const { items, nextPageToken } = await pageOf(page, `${parent}/invitations`, (after, limit) =>
      this.invitations.list(organization, after, limit),
    );
    return { invitations: items, nextPageToken };
  }

  async delete({ name }: DeleteInvitationRequest): Promise<void> {
    if (!(await this.invitations.delete(partsOf(invitationName, name, 'name')))) throw invitationNotFound(name);
  }

  /** Whoever has the token was reached at the address. */
  async accept({ token, displayName, password }: AcceptInvitationRequest): Promise<AcceptInvitationResponse> {
    const violations = displayNameViolations('display_name', displayName);
    if (violations.length > 0) throw invalidFields(violations);
    const invitation = await this.invitations.findByToken(hashOf(token));
    if (!invitation) throw invitationInvalid();
    const { email, role } = invitation;
    const weak = password === '' ? [] : passwordViolations('password', password, email);
    if (weak.length > 0) throw invalidFields(weak);
    const hash = password === '' ? undefined : await this.hasher.hash(password);
    const reference = { builtInRole: role.builtInRole, roleId: role.roleId };
    const newUser = { email, displayName, role: reference, state: State.ACTIVE };
    const user = await this.invitations.accept(invitation, uuidv7(), newUser, async (transaction, id) => {
      if (hash) await this.credentials.setPassword(transaction, id, hash);
    });
    if (!user) throw invitationInvalid();
    return { user };
  }
}

const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest();
