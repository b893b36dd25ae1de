import { namePattern } from '@kelp/resource';
import { invalidFields } from '../template/template.errors.js';
import type { PolicyId } from './review-policy.repository.js';

/** The review is a number from 1. */
export const reviewName = namePattern('organizations/{organization}/templates/{template}/reviews/{version}');

const organizationPolicy = namePattern('organizations/{organization}/reviewPolicy');
const workspacePolicy = namePattern('organizations/{organization}/workspaces/{workspace}/reviewPolicy');

/** @throws INVALID_FIELDS where it is no policy's name */
export function policyIdOf(name: string, field: string): PolicyId {
  const id = workspacePolicy.parse(name) ?? organizationPolicy.parse(name);
  if (!id) throw invalidFields([{ field, description: `must be ${organizationPolicy.pattern}, or a workspace's` }]);
  return id;
}
