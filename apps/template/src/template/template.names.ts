import { type NameParts, type NamePattern, namePattern } from '@kelp/resource';
import { invalidFields } from './template.errors.js';

export const organizationName = namePattern('organizations/{organization}');
export const workspaceName = namePattern('organizations/{organization}/workspaces/{workspace}');
export const templateName = namePattern('organizations/{organization}/templates/{template}');
export const versionName = namePattern('organizations/{organization}/templates/{template}/versions/{version}');

export const revisionName = namePattern('organizations/{organization}/templates/{template}/revisions/{version}');

/** Which template, of whom. */
export interface TemplateId {
  readonly organization: string;
  readonly template: string;
}

/**
 * The parts of a name in a request.
 * @param field where it stands in the request
 * @throws INVALID_FIELDS where it is not such a name
 */
export function partsOf<P extends string>(pattern: NamePattern<P>, name: string, field: string): NameParts<P> {
  const parts = pattern.parse(name);
  if (!parts) throw invalidFields([{ field, description: `must be ${pattern.pattern}` }]);
  return parts;
}
