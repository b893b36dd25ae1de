import type { FieldViolation } from '@kelp/status';
import { invalidFields } from './account.errors.js';

interface Named {
  readonly name: string;
  readonly displayName: string;
}

/** What is wrong with what people call a resource. How long it may be is the contract's business. */
export function displayNameViolations(field: string, displayName: string): FieldViolation[] {
  if (displayName === '') return [{ field, description: 'Must not be empty.' }];
  // PostgreSQL has no such character.
  return displayName.includes('\0') ? [{ field, description: 'Must not contain U+0000.' }] : [];
}

/** What is wrong with a resource that is to be created and has a name already. */
export const newNameViolations = (field: string, name: string): FieldViolation[] =>
  name === '' ? [] : [{ field, description: 'Must be empty: the service gives the name.' }];

/**
 * What people will call a new resource that has nothing else.
 * @param kind its field in the request
 * @throws INVALID_FIELDS with all that is wrong
 */
export function newDisplayName(kind: string, resource: Named | undefined): string {
  const { name, displayName } = given(kind, resource);
  const violations = [
    ...newNameViolations(`${kind}.name`, name),
    ...displayNameViolations(`${kind}.display_name`, displayName),
  ];
  if (violations.length > 0) throw invalidFields(violations);
  return displayName;
}

/**
 * What people will call a resource that has nothing else to change.
 * @param kind its field in the request
 * @throws INVALID_FIELDS with all that is wrong
 */
export function changedDisplayName(kind: string, resource: Named, updateMask: readonly string[] = []): string {
  const violations = [
    ...updateMask.filter((path) => path !== 'display_name').map(unknownPath),
    ...displayNameViolations(`${kind}.display_name`, resource.displayName),
  ];
  if (violations.length > 0) throw invalidFields(violations);
  return resource.displayName;
}

/** The resource of a request, which the contract requires. @throws INVALID_FIELDS where it is missing */
export function given<T>(kind: string, resource: T | undefined): T {
  if (resource === undefined) throw invalidFields([{ field: kind, description: 'Must be set.' }]);
  return resource;
}

/** A path of an update mask that names nothing. */
export const unknownPath = (path: string): FieldViolation => ({
  field: 'update_mask',
  description: `"${path}" is not a field that can be changed.`,
});
