import type { Change } from '@kelp/change-feed';
import type { AccessChange } from '@kelp/contract-account';
import { Injectable } from '@nestjs/common';
import { Database } from '../database.js';
import { accessChange } from './access-change.js';

/** What permissions follow from, and what became of it: written by the triggers of the tables that it is in. */
@Injectable()
export class AccessFactRepository {
  constructor(private readonly database: Database) {}

  /** What changed behind a revision, in all organizations, in the order of the revisions. */
  async changes(afterRevision: bigint, limit: number): Promise<Change<AccessChange>[]> {
    const rows = await this.database.accessFact.findMany({
      where: { revision: { gt: afterRevision } },
      orderBy: { revision: 'asc' },
      take: limit,
    });
    return rows.map((row) => {
      const deleted = row.deleteTime !== null;
      const { factKey, organizationId, kind, revision } = row;
      const data = row.data as Readonly<Record<string, unknown>>;
      const item = deleted ? { key: factKey, fact: undefined } : accessChange(factKey, organizationId, kind, data);
      return { revision, deleted, item };
    });
  }

  /** The revision of the last change that was committed. */
  async head(): Promise<bigint> {
    const counter = await this.database.changeCounter.findUniqueOrThrow({ where: { feed: 'access' } });
    return counter.revision;
  }
}
