import type {
  ListFoldersRequest,
  ListFoldersResponse,
  MoveFolderRequest,
  MoveFolderResponse,
} from '@kelp/contract-template';
import type { FieldViolation } from '@kelp/status';
import { Injectable } from '@nestjs/common';
import { invalidFields } from '../template/template.errors.js';
import { organizationName, partsOf, workspaceName } from '../template/template.names.js';
import { folderNotFound } from './folder.errors.js';
import { FolderRepository } from './folder.repository.js';
import { isWithin, movedPath, pathProblem } from './folder-path.js';

/** The folders in which templates lie. */
@Injectable()
export class FolderService {
  constructor(private readonly folders: FolderRepository) {}

  /** @throws INVALID_FIELDS */
  async list({ parent, workspace }: ListFoldersRequest): Promise<ListFoldersResponse> {
    const { organization } = partsOf(organizationName, parent, 'parent');
    const workspaceId = workspace && partsOf(workspaceName, workspace, 'workspace').workspace;
    return { folders: await this.folders.list(organization, workspaceId || undefined) };
  }

  /** @throws INVALID_FIELDS, FOLDER_NOT_FOUND */
  async move({ parent, from, to }: MoveFolderRequest): Promise<MoveFolderResponse> {
    const { organization } = partsOf(organizationName, parent, 'parent');
    const violations: FieldViolation[] = [];
    for (const [field, path] of Object.entries({ from, to })) {
      const description = pathProblem(path);
      if (description) violations.push({ field, description });
    }
    if (violations.length > 0) throw invalidFields(violations);
    if (from === to) throw invalidFields([{ field: 'to', description: 'must be another folder' }]);
    const moved = (folder: string) => {
      if (!isWithin(folder, from)) return undefined;
      const path = movedPath(folder, from, to);
      const description = pathProblem(path);
      if (description) throw invalidFields([{ field: 'to', description: `"${path}" ${description}` }]);
      return path;
    };
    const templates = await this.folders.move(organization, moved, isWithin(to, from));
    if (templates === 0) throw folderNotFound(from);
    return { templates };
  }
}
