import type {
  CreateOrganizationRequest,
  DeleteOrganizationRequest,
  GetOrganizationRequest,
  ListOrganizationsRequest,
  ListOrganizationsResponse,
  Organization,
  UpdateOrganizationRequest,
} from '@kelp/contract-account';
import { uuidv7 } from '@kelp/resource';
import { Injectable } from '@nestjs/common';
import { etagMismatch, requestIdReused } from '../account.errors.js';
import { changedDisplayName, given, newDisplayName } from '../account.fields.js';
import { organizationName, partsOf } from '../account.names.js';
import { pageOf } from '../page.js';
import { organizationNotFound } from './organization.errors.js';
import { OrganizationRepository } from './organization.repository.js';

/** What people do to organizations. */
@Injectable()
export class OrganizationService {
  constructor(private readonly organizations: OrganizationRepository) {}

  /** The request's id becomes the organization's, so that a second call finds what the first one made. */
  async create({ organization, requestId }: CreateOrganizationRequest): Promise<Organization> {
    const displayName = newDisplayName('organization', organization);
    const id = requestId || uuidv7();
    const created = (await this.organizations.create(id, displayName)) ?? (await this.organizations.find(id));
    if (!created) throw requestIdReused(requestId); // deleted between the two
    return created;
  }

  async get({ name }: GetOrganizationRequest): Promise<Organization> {
    const organization = await this.organizations.find(partsOf(organizationName, name, 'name').organization);
    if (!organization) throw organizationNotFound(name);
    return organization;
  }

  async list(page: ListOrganizationsRequest): Promise<ListOrganizationsResponse> {
    const { items, nextPageToken } = await pageOf(page, 'organizations', (after, limit) =>
      this.organizations.list(after, limit),
    );
    return { organizations: items, nextPageToken };
  }

  /** One statement, so that nothing comes between looking and changing. */
  async update(request: UpdateOrganizationRequest): Promise<Organization> {
    const organization = given('organization', request.organization);
    const { name, etag } = organization;
    const id = partsOf(organizationName, name, 'organization.name').organization;
    const displayName = changedDisplayName('organization', organization, request.updateMask);
    const updated = await this.organizations.update(id, etag, displayName);
    if (updated) return updated;
    throw (await this.organizations.find(id)) ? etagMismatch(name) : organizationNotFound(name);
  }

  async delete({ name, etag }: DeleteOrganizationRequest): Promise<void> {
    const { organization } = partsOf(organizationName, name, 'name');
    if (await this.organizations.delete(organization, etag)) return;
    throw (await this.organizations.find(organization)) ? etagMismatch(name) : organizationNotFound(name);
  }
}
