import type {
  ArchiveTemplateRequest,
  CreateTemplateRequest,
  DeleteTemplateRequest,
  GetTemplateRequest,
  ListTemplatesRequest,
  ListTemplatesResponse,
  Template,
  UnarchiveTemplateRequest,
  UpdateTemplateRequest,
} from '@kelp/contract-template';
import { uuidv7 } from '@kelp/resource';
import { Injectable } from '@nestjs/common';
import { byTime, pageOf, type TimePosition } from './page.js';
import { etagMismatch, invalidFields, requestIdReused, templatePublished } from './template.errors.js';
import { fieldsOf, NEW, type TemplateFields } from './template.fields.js';
import { organizationName, partsOf, templateName, workspaceName } from './template.names.js';
import { type TemplateFilter, TemplateRepository } from './template.repository.js';

const NO_FIELDS: TemplateFields = {
  displayName: '',
  workspaceId: null,
  draftSubject: '',
  draftPreheader: '',
  draftMjml: '',
  draftText: '',
  draftDocument: null,
  tags: [],
  folder: '',
};

/** What people do to templates before they publish them. */
@Injectable()
export class TemplateService {
  constructor(private readonly templates: TemplateRepository) {}

  /** The request's id becomes the template's, so that a second call finds what the first one made. */
  async create({ parent, template, requestId }: CreateTemplateRequest): Promise<Template> {
    const { organization } = partsOf(organizationName, parent, 'parent');
    if (!template || template.name) throw invalidFields([{ field: 'template.name', description: 'must be empty' }]);
    const id = { organization, template: requestId || uuidv7() };
    const created = await this.templates.create(id, { ...NO_FIELDS, ...fieldsOf(template, organization, NEW) });
    const result = created ?? (await this.templates.find(id));
    if (!result) throw requestIdReused(requestId);
    return result;
  }

  async get({ name }: GetTemplateRequest): Promise<Template> {
    return this.templates.get(partsOf(templateName, name, 'name'));
  }

  async list({
    parent,
    workspace,
    folder,
    tag,
    showArchived,
    ...page
  }: ListTemplatesRequest): Promise<ListTemplatesResponse> {
    const { organization } = partsOf(organizationName, parent, 'parent');
    const workspaceId = workspace && partsOf(workspaceName, workspace, 'workspace').workspace;
    const filter = { workspaceId, folder, tag, showArchived };
    const { items, nextPageToken } = await pageOf(page, {
      list: `${parent}/templates${queryOf(filter)}`,
      read: (after: TimePosition | undefined, limit) => this.templates.list(organization, filter, after, limit),
      format: ({ createTime, name }) =>
        byTime.format({ createTime: createTime!, id: partsOf(templateName, name, 'name').template }),
      parse: byTime.parse,
    });
    return { templates: items, nextPageToken };
  }

  /** One statement, so that nothing comes between looking and changing. */
  async update({ template, updateMask }: UpdateTemplateRequest): Promise<Template> {
    if (!template) throw invalidFields([{ field: 'template', description: 'must be set' }]);
    const { name, etag } = template;
    const id = partsOf(templateName, name, 'template.name');
    const updated = await this.templates.update(id, etag, fieldsOf(template, id.organization, updateMask));
    if (updated) return updated;
    throw await this.templates.whyNot(id);
  }

  /** @throws TEMPLATE_NOT_FOUND, ETAG_MISMATCH */
  async archive({ name, etag }: ArchiveTemplateRequest): Promise<Template> {
    return this.setArchived(name, true, etag);
  }

  /** @throws TEMPLATE_NOT_FOUND */
  async unarchive({ name }: UnarchiveTemplateRequest): Promise<Template> {
    return this.setArchived(name, false, '');
  }

  private async setArchived(name: string, archived: boolean, etag: string): Promise<Template> {
    const id = partsOf(templateName, name, 'name');
    const changed = await this.templates.setArchived(id, archived, etag);
    if (changed) return changed;
    const template = await this.templates.get(id);
    if ((template.archiveTime !== undefined) !== archived) throw etagMismatch(name);
    return template;
  }

  async delete({ name, etag }: DeleteTemplateRequest): Promise<void> {
    const id = partsOf(templateName, name, 'name');
    if (await this.templates.deleteUnpublished(id, etag)) return;
    const { publishedVersion } = await this.templates.get(id);
    throw publishedVersion > 0 ? templatePublished(name) : etagMismatch(name);
  }
}

/** Tells the lists of different filters apart. A list without filters is what it was before there were any. */
const queryOf = (filter: TemplateFilter): string => {
  const set = Object.entries(filter).filter(([, value]) => value);
  return set.length === 0
    ? ''
    : `?${new URLSearchParams(set.map(([key, value]): [string, string] => [key, String(value)]))}`;
};
