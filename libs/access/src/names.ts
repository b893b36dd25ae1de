const ORGANIZATION_LENGTH = 'organizations/'.length + 36;

/** The organization that a resource belongs to, by the resource's name. */
export const organizationOf = (name: string): string => name.slice(0, ORGANIZATION_LENGTH);

/** The workspace that a name begins with; undefined where it is of the organization itself. */
export function workspaceOf(name: string): string | undefined {
  const [, , kind, id] = name.split('/', 4);
  return kind === 'workspaces' && id ? `${organizationOf(name)}/workspaces/${id}` : undefined;
}

/** The kind of a principal, by its name. */
export const kindOf = (name: string): string | undefined => name.split('/', 3)[2];
