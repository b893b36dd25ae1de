import { User_State as State, type User } from '@kelp/contract-account';
import type { FieldViolation } from '@kelp/status';
import { invalidFields } from '../account.errors.js';
import { displayNameViolations, newNameViolations } from '../account.fields.js';
import { roleReference } from '../role/role-reference.js';
import type { NewUser, UserChanges } from './user.repository.js';

const EMAIL = /^[^\s@\0]+@[^\s@\0]+$/;

/** What is wrong with an address: whether mail arrives there, only mail can tell. */
export const emailViolations = (field: string, email: string): FieldViolation[] =>
  EMAIL.test(email) ? [] : [{ field, description: 'Must be an email address.' }];

/** What a new user has. @throws INVALID_FIELDS with all that is wrong */
export function newUser(organization: string, { name, email, displayName, role, state }: User): NewUser {
  const violations = [
    ...newNameViolations('user.name', name),
    ...emailViolations('user.email', email),
    ...displayNameViolations('user.display_name', displayName),
  ];
  if (violations.length > 0) throw invalidFields(violations);
  return {
    email: email.toLowerCase(),
    displayName,
    role: roleReference(organization, role, 'user.role'),
    state: state || State.ACTIVE,
  };
}

/** What a request changes of a user: everything where the mask is empty. @throws INVALID_FIELDS with all that is wrong */
export function changedUser(organization: string, user: User, updateMask: readonly string[] = []): UserChanges {
  const paths = updateMask.length > 0 ? updateMask : ['display_name', 'role', 'state'];
  const { displayName, role, state } = user;
  const violations = [
    ...(paths.includes('display_name') ? displayNameViolations('user.display_name', displayName) : []),
    ...(paths.includes('state') && state === State.UNSPECIFIED
      ? [{ field: 'user.state', description: 'Must be set.' }]
      : []),
  ];
  if (violations.length > 0) throw invalidFields(violations);
  return {
    ...(paths.includes('display_name') && { displayName }),
    ...(paths.includes('role') && { role: roleReference(organization, role, 'user.role') }),
    ...(paths.includes('state') && { state }),
  };
}
