const ORGANIZATION_LENGTH = 'organizations/'.length + 36;

/** The organization that a resource belongs to, by the resource's name. */
export const organizationOf = (name: string): string => name.slice(0, ORGANIZATION_LENGTH);

export const isOrganization = (name: string): boolean => name.length === ORGANIZATION_LENGTH;

/**
 * Whether two resources belong to one organization. It is asked for in every check: nothing is cut out of the names, and
 * as identifiers begin with the time and end by chance, they are compared from the end.
 */
export function isOfSameOrganization(one: string, other: string): boolean {
  if (one.length < ORGANIZATION_LENGTH || other.length < ORGANIZATION_LENGTH) return false;
  for (let place = ORGANIZATION_LENGTH - 1; place >= 0; place--)
    if (one.charCodeAt(place) !== other.charCodeAt(place)) return false;
  return true;
}

/** The workspace that a name begins with; undefined where it is of the organization itself. */
export function workspaceOf(name: string): string | undefined {
  const [, , kind, id] = name.split('/', 4);
  return kind === 'workspaces' && id ? `${organizationOf(name)}/workspaces/${id}` : undefined;
}

/** The kind of a principal, by its name. */
export const kindOf = (name: string): string | undefined => name.split('/', 3)[2];
