import { Resolver } from 'node:dns/promises';
import type {
  CreateDomainRequest,
  DeleteDomainRequest,
  Domain,
  ListDomainsRequest,
  ListDomainsResponse,
  VerifyDomainRequest,
} from '@kelp/contract-account';
import { uuidv7 } from '@kelp/resource';
import { Injectable } from '@nestjs/common';
import type { GivingRule } from '../access/giving-rule.js';
import { invalidFields } from '../account.errors.js';
import { domainName, organizationName, partsOf } from '../account.names.js';
import { pageOf } from '../page.js';
import { newToken } from '../sign-in/secret-token.js';
import type { DomainRepository } from './domain.repository.js';
import { domainNotFound, domainNotProved } from './sso.errors.js';

const DOMAIN = /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/;
const LOOK_UP_MS = 3_000;
const TRIES = 2;

/** What people do to domains. */
@Injectable()
export class DomainService {
  readonly #resolver = new Resolver({ timeout: LOOK_UP_MS, tries: TRIES });

  /** @param dnsServers whom to ask; those of the machine where there are none */
  constructor(
    private readonly domains: DomainRepository,
    private readonly giving: GivingRule,
    dnsServers: readonly string[],
  ) {
    if (dnsServers.length > 0) this.#resolver.setServers(dnsServers);
  }

  async create({ parent, domain: given }: CreateDomainRequest): Promise<Domain> {
    const { organization } = partsOf(organizationName, parent, 'parent');
    const domain = given.toLowerCase().replace(/\.$/, '');
    if (!DOMAIN.test(domain))
      throw invalidFields([{ field: 'domain', description: 'Must be a domain, such as example.com.' }]);
    return await this.domains.create({ organization, domain: uuidv7() }, domain, newToken());
  }

  /** Who proves a domain decides who its people are: that takes somebody who may do everything. */
  async verify({ name }: VerifyDomainRequest): Promise<Domain> {
    const id = partsOf(domainName, name, 'name');
    await this.giving.requireRole('roles/admin');
    const found = await this.domains.find(id);
    if (!found) throw domainNotFound(name);
    const { domain, txtName, txtValue } = found;
    // Whatever keeps the record from being found, it is not there.
    const records = await this.#resolver.resolveTxt(txtName).catch(() => []);
    if (!records.some((parts) => parts.join('') === txtValue)) throw domainNotProved(domain, txtName);
    const proved = await this.domains.prove(id, domain);
    if (!proved) throw domainNotFound(name);
    return proved;
  }

  async list({ parent, ...page }: ListDomainsRequest): Promise<ListDomainsResponse> {
    const { organization } = partsOf(organizationName, parent, 'parent');
    const { items, nextPageToken } = await pageOf(page, `${parent}/domains`, (after, limit) =>
      this.domains.list(organization, after, limit),
    );
    return { domains: items, nextPageToken };
  }

  async delete({ name }: DeleteDomainRequest): Promise<void> {
    if (!(await this.domains.delete(partsOf(domainName, name, 'name')))) throw domainNotFound(name);
  }
}
