import { Document, type Template } from '@kelp/contract-template';
import type { FieldViolation } from '@kelp/status';
import { giveIds } from '../document/blocks.js';
import { documentProblems } from '../document/document-problems.js';
import { pathProblem } from '../folder/folder-path.js';
import { invalidFields } from './template.errors.js';
import { workspaceName } from './template.names.js';

export type Bytes = Uint8Array<ArrayBuffer>;

/** What people can set of a template. */
export interface TemplateFields {
  displayName: string;
  /** Undefined where it has none. */
  workspaceId: string | null;
  draftSubject: string;
  draftPreheader: string;
  draftMjml: string;
  draftText: string;
  /** Encoded; null where the draft is MJML. */
  draftDocument: Bytes | null;
  tags: string[];
  /** Empty for none. */
  folder: string;
}

/** The fields of a draft, by their paths. */
const DRAFT = {
  'draft.subject': ['draftSubject', 'subject'],
  'draft.preheader': ['draftPreheader', 'preheader'],
  'draft.mjml': ['draftMjml', 'mjml'],
  'draft.text': ['draftText', 'text'],
} as const;
const DRAFT_PATHS = Object.keys(DRAFT) as (keyof typeof DRAFT)[];

const DOCUMENT_BYTES_MAX = 1024 * 1024;

/** Without a mask. Clients of 1.0.0 know no others, and would take them away. */
const ALL = ['display_name', 'workspace', 'draft'];

/** What a new template has. */
export const NEW = [...ALL, 'tags', 'folder'];

/**
 * What a request sets of a template.
 * @param organization that the template belongs to
 * @param paths of an update mask; everything where there are none
 * @throws INVALID_FIELDS with all that is wrong
 */
export function fieldsOf(
  template: Template,
  organization: string,
  paths: readonly string[] = [],
): Partial<TemplateFields> {
  const violations: FieldViolation[] = [];
  const fields: Partial<TemplateFields> = {};
  const text = (field: string, value: string = ''): string => {
    if (value.includes('\0')) violations.push({ field: `template.${field}`, description: 'must not contain U+0000' });
    return value;
  };
  for (const path of paths.length > 0 ? paths : ALL) {
    switch (path) {
      case 'display_name':
        fields.displayName = text(path, template.displayName);
        if (!template.displayName)
          violations.push({ field: 'template.display_name', description: 'must not be empty' });
        break;
      case 'workspace':
        fields.workspaceId = workspaceId(template.workspace, organization, violations);
        break;
      case 'tags':
        fields.tags = template.tags.map((tag) => text(path, tag));
        break;
      case 'folder': {
        fields.folder = template.folder;
        const description = pathProblem(template.folder);
        if (description) violations.push({ field: 'template.folder', description });
        break;
      }
      case 'draft':
        for (const part of DRAFT_PATHS) fields[DRAFT[part][0]] = text(part, template.draft?.[DRAFT[part][1]]);
        fields.draftDocument = encodedDocument(template.draft?.document, violations);
        if (fields.draftDocument && fields.draftMjml)
          violations.push({ field: 'template.draft.mjml', description: 'must be empty where there is a document' });
        break;
      case 'draft.document':
        fields.draftDocument = encodedDocument(template.draft?.document, violations);
        if (fields.draftDocument) fields.draftMjml = '';
        break;
      case 'draft.subject':
      case 'draft.preheader':
      case 'draft.mjml':
      case 'draft.text':
        fields[DRAFT[path][0]] = text(path, template.draft?.[DRAFT[path][1]]);
        if (path === 'draft.mjml' && fields.draftMjml) fields.draftDocument = null;
        break;
      default:
        violations.push({ field: 'update_mask', description: `"${path}" is not a field that can be changed` });
    }
  }
  if (violations.length > 0) throw invalidFields(violations);
  return fields;
}

/** Blocks without identifiers get some. */
function encodedDocument(document: Document | undefined, violations: FieldViolation[]): Bytes | null {
  if (!document) return null;
  const problems = documentProblems(document, 'template.draft.document');
  violations.push(...problems);
  const bytes = problems.length > 0 ? new Uint8Array() : new Uint8Array(Document.encode(giveIds(document)).finish());
  if (bytes.length > DOCUMENT_BYTES_MAX || hasNul(document))
    violations.push({ field: 'template.draft.document', description: 'must be at most 1 MiB, without U+0000' });
  return bytes;
}

const hasNul = (document: Document) => JSON.stringify(document).includes('\\u0000');

function workspaceId(name: string, organization: string, violations: FieldViolation[]): string | null {
  if (name === '') return null;
  const parts = workspaceName.parse(name);
  if (parts?.organization === organization) return parts.workspace;
  violations.push({
    field: 'template.workspace',
    description: `must be organizations/${organization}/workspaces/{workspace}`,
  });
  return null;
}
