import {
  type CompareContentsRequest,
  type CompareContentsResponse,
  type Content,
  Document,
  type DuplicateTemplateRequest,
  type GetTemplateRevisionRequest,
  type ListTemplateRevisionsRequest,
  type ListTemplateRevisionsResponse,
  type RestoreTemplateRequest,
  type Template,
  type TemplateRevision,
} from '@kelp/contract-template';
import { isUuid, uuidv7 } from '@kelp/resource';
import { Injectable } from '@nestjs/common';
import { differencesOf } from '../document/differences.js';
import { byNumber, pageOf } from './page.js';
import { RevisionRepository } from './revision.repository.js';
import { invalidFields, requestIdReused } from './template.errors.js';
import {
  organizationName,
  partsOf,
  revisionName,
  type TemplateId,
  templateName,
  versionName,
} from './template.names.js';
import { TemplateRepository } from './template.repository.js';
import { VersionRepository } from './version.repository.js';

/** What a draft was, is, and could be again. */
@Injectable()
export class HistoryService {
  constructor(
    private readonly templates: TemplateRepository,
    private readonly versions: VersionRepository,
    private readonly revisions: RevisionRepository,
  ) {}

  async get({ name }: GetTemplateRevisionRequest): Promise<TemplateRevision> {
    const { version, ...id } = partsOf(revisionName, name, 'name');
    return this.revisions.get(id, Number(version));
  }

  async list({ parent, ...page }: ListTemplateRevisionsRequest): Promise<ListTemplateRevisionsResponse> {
    const id = partsOf(templateName, parent, 'parent');
    await this.templates.publishedVersion(id); // a template that does not exist has no empty list
    const { items, nextPageToken } = await pageOf(page, {
      list: `${parent}/revisions`,
      read: (before: number | undefined, limit) => this.revisions.list(id, before, limit),
      format: ({ revision }) => byNumber.format(revision),
      parse: byNumber.parse,
    });
    return { revisions: items, nextPageToken };
  }

  /** @throws TEMPLATE_NOT_FOUND, REVISION_NOT_FOUND, VERSION_NOT_FOUND, ETAG_MISMATCH, TEMPLATE_ARCHIVED */
  async restore({ name, etag }: RestoreTemplateRequest): Promise<Template> {
    const { id, content } = await this.contentOf(name, 'name');
    const restored = await this.templates.update(id, etag, draftFields(content));
    if (restored) return restored;
    throw await this.templates.whyNot(id);
  }

  /** The request's id becomes the new template's, as when one is created. */
  async duplicate({ name, displayName, requestId }: DuplicateTemplateRequest): Promise<Template> {
    const id = partsOf(templateName, name, 'name');
    const { draft, workspace, tags, folder } = await this.templates.get(id);
    const copy = { organization: id.organization, template: requestId || uuidv7() };
    const workspaceId = workspace.split('/').at(-1) ?? '';
    const created = await this.templates.create(copy, {
      displayName,
      workspaceId: isUuid(workspaceId) ? workspaceId : null,
      ...draftFields(draft!),
      tags,
      folder,
    });
    const result = created ?? (await this.templates.find(copy));
    if (!result) throw requestIdReused(requestId);
    return result;
  }

  /** @throws INVALID_FIELDS where they are of two organizations, and what reading them throws */
  async compare({ from, to }: CompareContentsRequest): Promise<CompareContentsResponse> {
    const [earlier, later] = [await this.contentOf(from, 'from'), await this.contentOf(to, 'to')];
    if (earlier.id.organization !== later.id.organization)
      throw invalidFields([{ field: 'to', description: `must be of ${organizationName.format(earlier.id)}` }]);
    return { differences: differencesOf(earlier.content, later.content) };
  }

  /** What a draft, a revision or a version says. */
  private async contentOf(name: string, field: string): Promise<{ id: TemplateId; content: Content }> {
    const version = versionName.parse(name);
    if (version) return { id: version, content: (await this.versions.get(version, Number(version.version))).content! };
    const revision = revisionName.parse(name);
    if (revision)
      return { id: revision, content: (await this.revisions.get(revision, Number(revision.version))).content! };
    const id = partsOf(templateName, name, field);
    return { id, content: (await this.templates.get(id)).draft! };
  }
}

const draftFields = ({ subject, preheader, mjml, text, document }: Content) => ({
  draftSubject: subject,
  draftPreheader: preheader,
  draftMjml: mjml,
  draftText: text,
  draftDocument: document ? new Uint8Array(Document.encode(document).finish()) : null,
});
