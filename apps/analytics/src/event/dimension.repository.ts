import { bytesToUuid } from '@kelp/resource';
import { Database } from '../database.js';
import type { Dimension } from './dimension.js';

// Two combinations with one id would mix their counts: that fails, on a column that cannot be null, and is not stored.
const INSERT = `
  insert into dimension (dimension_id, organization_id, connection_id, provider,
    template_id, template_version, locale, variant, campaign, workspace_id)
  select * from unnest($1::bigint[], $2::uuid[], $3::uuid[], $4::smallint[],
    $5::uuid[], $6::integer[], $7::text[], $8::text[], $9::text[], $10::uuid[])
  order by 1
  on conflict (dimension_id) do update set dimension_id = null where dimension.* is distinct from excluded.*`;

/** Table dimension. */
export class DimensionRepository {
  constructor(private readonly database: Database) {}

  /** Stores the dimensions that are not there yet. */
  async store(dimensions: readonly Dimension[]): Promise<void> {
    const column = <T>(of: (dimension: Dimension) => T) => dimensions.map(of);
    await this.database.query(INSERT, [
      column(({ id }) => id.readBigInt64BE()),
      column(({ organizationId }) => bytesToUuid(organizationId)),
      column(({ connectionId }) => bytesToUuid(connectionId)),
      column(({ provider }) => provider),
      column(({ templateId }) => (templateId.length === 0 ? null : bytesToUuid(templateId))),
      column(({ templateVersion }) => templateVersion),
      column(({ locale }) => storable(locale)),
      column(({ variant }) => storable(variant)),
      column(({ campaign }) => storable(campaign)),
      column(({ workspaceId }) => (workspaceId.length === 0 ? null : bytesToUuid(workspaceId))),
    ]);
  }
}

const storable = (text: string) => text.replaceAll('\0', '\ufffd');
