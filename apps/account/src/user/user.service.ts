import type {
  CreateUserRequest,
  DeleteUserRequest,
  GetUserRequest,
  ListUsersRequest,
  ListUsersResponse,
  UpdateUserRequest,
  User,
} from '@kelp/contract-account';
import { uuidv7 } from '@kelp/resource';
import { Injectable } from '@nestjs/common';
import type { GivingRule } from '../access/giving-rule.js';
import { etagMismatch, requestIdReused } from '../account.errors.js';
import { given } from '../account.fields.js';
import { organizationName, partsOf, userName } from '../account.names.js';
import { organizationNotFound } from '../organization/organization.errors.js';
import type { OrganizationRepository } from '../organization/organization.repository.js';
import { pageOf } from '../page.js';
import { userExists, userNotFound } from './user.errors.js';
import { changedUser, newUser } from './user.fields.js';
import type { UserRepository } from './user.repository.js';

/** What people do to users. */
@Injectable()
export class UserService {
  constructor(
    private readonly organizations: OrganizationRepository,
    private readonly users: UserRepository,
    private readonly giving: GivingRule,
  ) {}

  /** The request's id becomes the user's, so that a second call finds what the first one made. */
  async create(request: CreateUserRequest): Promise<User> {
    const { organization } = partsOf(organizationName, request.parent, 'parent');
    const user = newUser(organization, given('user', request.user));
    await this.giving.requireRole(request.user!.role);
    if (!(await this.organizations.find(organization))) throw organizationNotFound(request.parent);
    const id = { organization, user: request.requestId || uuidv7() };
    const created = (await this.users.create(id, user)) ?? (await this.users.find(id));
    if (created) return created;
    throw (await this.users.findByEmail(organization, user.email))
      ? userExists(user.email)
      : requestIdReused(request.requestId);
  }

  async get({ name }: GetUserRequest): Promise<User> {
    const user = await this.users.find(partsOf(userName, name, 'name'));
    if (!user) throw userNotFound(name);
    return user;
  }

  async list({ parent, ...page }: ListUsersRequest): Promise<ListUsersResponse> {
    const { organization } = partsOf(organizationName, parent, 'parent');
    const { items, nextPageToken } = await pageOf(page, `${parent}/users`, (after, limit) =>
      this.users.list(organization, after, limit),
    );
    return { users: items, nextPageToken };
  }

  async update(request: UpdateUserRequest): Promise<User> {
    const user = given('user', request.user);
    const { name, etag } = user;
    const id = partsOf(userName, name, 'user.name');
    const changes = changedUser(id.organization, user, request.updateMask);
    if (changes.role) await this.giving.requireRole(user.role);
    const updated = await this.users.update(id, etag, changes);
    if (updated) return updated;
    throw (await this.users.find(id)) ? etagMismatch(name) : userNotFound(name);
  }

  async delete({ name, etag }: DeleteUserRequest): Promise<void> {
    const id = partsOf(userName, name, 'name');
    if (await this.users.delete(id, etag)) return;
    throw (await this.users.find(id)) ? etagMismatch(name) : userNotFound(name);
  }
}
