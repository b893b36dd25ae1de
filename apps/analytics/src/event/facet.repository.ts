import { Database } from '../database.js';
import type { Facet } from './facet.js';

/** Table facet. */
export class FacetRepository {
  constructor(private readonly database: Database) {}

  /** Stores the facets that are not there yet. */
  async store(facets: readonly Facet[]): Promise<void> {
    await this.database.query(
      `insert into facet (facet_id, kind, value) select * from unnest($1::bigint[], $2::smallint[], $3::text[])
      order by 1 on conflict (facet_id) do nothing`,
      [facets.map(({ idText }) => idText), facets.map(({ kind }) => kind), facets.map(({ value }) => value)],
    );
  }
}
