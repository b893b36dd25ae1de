import { Injectable } from '@nestjs/common';
import { Database } from '../database.js';
import type { Resealed, SealedStore } from '../secrets/sealed-store.js';
import type { SecretBox } from '../secrets/secret-box.js';
import type { ConnectionSecrets } from './connection-secrets.js';

interface Row {
  readonly organization: string;
  readonly connection: string;
  readonly secrets: string[];
  readonly sealed: string | null;
  readonly revision: bigint;
}

const NOWHERE = '00000000-0000-0000-0000-000000000000';

/** The secrets of connections, as far as keys are concerned. */
@Injectable()
export class ConnectionSecretRepository implements SealedStore {
  constructor(
    private readonly database: Database,
    private readonly secrets: ConnectionSecrets,
    private readonly box: SecretBox,
  ) {}

  async count(): Promise<ReadonlyMap<string, number>> {
    const rows = await this.database.$queryRaw<{ keyId: string; count: bigint }[]>`
      select case when secrets <> '{}' then '' else split_part(sealed_secrets, '.', 2) end as "keyId", count(*)
      from connection where secrets <> '{}' or sealed_secrets is not null group by 1`;
    return new Map(rows.map(({ keyId, count }) => [keyId, Number(count)]));
  }

  async reseal(after: string, limit: number): Promise<Resealed> {
    const rows = await this.database.$queryRaw<Row[]>`
      select organization_id as organization, connection_id as connection, secrets, sealed_secrets as sealed, revision
      from connection
      where (secrets <> '{}' or not starts_with(sealed_secrets, ${this.box.currentPrefix}))
        and connection_id > ${after || NOWHERE}::uuid
      order by connection_id limit ${limit}`;
    const broken: string[] = [];
    const boxes = rows.flatMap((row) => {
      try {
        const secrets = row.secrets.length > 0 ? row.secrets : this.secrets.open(row, row.sealed);
        return { ...row, box: this.secrets.seal(row, secrets)! };
      } catch {
        broken.push(`organizations/${row.organization}/connections/${row.connection}`);
        return [];
      }
    });
    // Only what is still as it was read: the revision is another one after each change.
    const resealed = await this.database.$executeRaw`
      update connection set secrets = '{}', sealed_secrets = boxes.box
      from unnest(${boxes.map(({ connection }) => connection)}::uuid[], ${boxes.map(({ revision }) => revision)}::bigint[],
        ${boxes.map(({ box }) => box)}::text[]) as boxes (id, seen, box)
      where connection_id = boxes.id and revision = boxes.seen`;
    return { resealed, broken, last: rows.length < limit ? undefined : rows.at(-1)!.connection };
  }
}
