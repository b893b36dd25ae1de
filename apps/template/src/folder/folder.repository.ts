import type { Folder } from '@kelp/contract-template';
import { uuidv7 } from '@kelp/resource';
import { Injectable } from '@nestjs/common';
import { Database } from '../database.js';
import { newEtag } from '../template/template.repository.js';

const FOLDERS_MAX = 10_000;

/** Where templates lie. A folder is no row of its own: it is there while a template lies in it. */
@Injectable()
export class FolderRepository {
  constructor(private readonly database: Database) {}

  /** Sorted by path. */
  async list(organization: string, workspace: string | undefined): Promise<Folder[]> {
    const rows = await this.database.client.template.groupBy({
      by: ['folder'],
      where: {
        organizationId: organization,
        ...(workspace && { workspaceId: workspace }),
        folder: { not: '' },
        archiveTime: null,
      },
      _count: true,
      orderBy: { folder: 'asc' },
      take: FOLDERS_MAX,
    });
    return rows.map(({ folder, _count }) => ({ path: folder, templates: _count }));
  }

  /**
   * Moves what lies in folders, all of it or nothing.
   * @param moved where each folder goes; undefined where it stays
   * @param innermostFirst where a folder may go to where another one lies that goes on: that one has to leave first
   * @returns how many templates were moved
   */
  async move(
    organization: string,
    moved: (folder: string) => string | undefined,
    innermostFirst: boolean,
  ): Promise<number> {
    return this.database.transaction(async (transaction) => {
      const rows = await transaction.template.groupBy({
        by: ['folder'],
        where: { organizationId: organization, folder: { not: '' } },
        orderBy: { folder: innermostFirst ? 'desc' : 'asc' },
      });
      const moves = rows.map(({ folder }) => ({ folder, to: moved(folder) }));
      let count = 0;
      for (const { folder, to } of moves) {
        if (to === undefined) continue;
        const etag = newEtag({ organization, template: uuidv7() });
        const changed = await transaction.template.updateMany({
          where: { organizationId: organization, folder },
          data: { folder: to, etag, updateTime: new Date() },
        });
        count += changed.count;
      }
      return count;
    });
  }
}
