import { refuse } from '../account.errors.js';

export const workspaceNotFound = (workspace: string) =>
  refuse.notFound('WORKSPACE_NOT_FOUND', `Workspace "${workspace}" does not exist.`, { metadata: { workspace } });

export const workspaceExists = (displayName: string) =>
  refuse.alreadyExists('WORKSPACE_EXISTS', `The organization has a workspace "${displayName}" already.`, {
    metadata: { display_name: displayName },
  });

export const workspaceNotEmpty = (workspace: string) =>
  refuse.failedPrecondition('WORKSPACE_NOT_EMPTY', `Workspace "${workspace}" is not empty.`, {
    metadata: { workspace },
  });

export const workspacesTooDeep = (depth: number) =>
  refuse.failedPrecondition('WORKSPACES_TOO_DEEP', `Workspaces are nested at most ${depth} deep.`);
