import type { Template } from '@kelp/contract-template';
import type { FieldViolation } from '@kelp/status';
import { invalidFields } from './template.errors.js';
import { workspaceName } from './template.names.js';

/** What people can set of a template. */
export interface TemplateFields {
  displayName: string;
  /** Undefined where it has none. */
  workspaceId: string | null;
  draftSubject: string;
  draftPreheader: string;
  draftMjml: string;
  draftText: string;
}

/** The fields of a draft, by their paths. */
const DRAFT = {
  'draft.subject': ['draftSubject', 'subject'],
  'draft.preheader': ['draftPreheader', 'preheader'],
  'draft.mjml': ['draftMjml', 'mjml'],
  'draft.text': ['draftText', 'text'],
} as const;
const DRAFT_PATHS = Object.keys(DRAFT) as (keyof typeof DRAFT)[];

const ALL = ['display_name', 'workspace', 'draft'];

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
      case 'draft':
        for (const part of DRAFT_PATHS) fields[DRAFT[part][0]] = text(part, template.draft?.[DRAFT[part][1]]);
        break;
      case 'draft.subject':
      case 'draft.preheader':
      case 'draft.mjml':
      case 'draft.text':
        fields[DRAFT[path][0]] = text(path, template.draft?.[DRAFT[path][1]]);
        break;
      default:
        violations.push({ field: 'update_mask', description: `"${path}" is not a field that can be changed` });
    }
  }
  if (violations.length > 0) throw invalidFields(violations);
  return fields;
}

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
