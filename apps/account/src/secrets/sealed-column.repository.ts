import { Injectable } from '@nestjs/common';
import { Database } from '../database.js';
import { Prisma } from '../generated/prisma/client.js';
import type { Resealed, SealedStore } from './sealed-store.js';
import type { SecretBox } from './secret-box.js';

/** A column in which each row has one secret. */
export interface SealedColumn {
  readonly table: 'password' | 'totp' | 'identity_provider';
  /** What names a row: a UUID. */
  readonly key: 'user_id' | 'identity_provider_id';
  readonly column: 'sealed_hash' | 'sealed_secret' | 'sealed_client_secret';
  /** Where the secret of a row is kept. */
  placeOf(organization: string, id: string): string;
}

interface Row {
  readonly organization: string;
  readonly id: string;
  readonly sealed: string;
}

const NOWHERE = '00000000-0000-0000-0000-000000000000';

/** The secrets of a column, as far as keys are concerned. */
@Injectable()
export class SealedColumnRepository implements SealedStore {
  readonly #table: Prisma.Sql;
  readonly #key: Prisma.Sql;
  readonly #column: Prisma.Sql;

  constructor(
    private readonly database: Database,
    private readonly box: SecretBox,
    private readonly sealed: SealedColumn,
  ) {
    this.#table = Prisma.raw(sealed.table);
    this.#key = Prisma.raw(sealed.key);
    this.#column = Prisma.raw(sealed.column);
  }

  async count(): Promise<ReadonlyMap<string, number>> {
    const rows = await this.database.$queryRaw<{ keyId: string; count: bigint }[]>`
      select split_part(${this.#column}, '.', 2) as "keyId", count(*) from ${this.#table} group by 1`;
    return new Map(rows.map(({ keyId, count }) => [keyId, Number(count)]));
  }

  async reseal(after: string, limit: number): Promise<Resealed> {
    const rows = await this.database.$queryRaw<Row[]>`
      select organization_id as organization, ${this.#key} as id, ${this.#column} as sealed from ${this.#table}
      where not starts_with(${this.#column}, ${this.box.currentPrefix}) and ${this.#key} > ${after || NOWHERE}::uuid
      order by ${this.#key} limit ${limit}`;
    const broken: string[] = [];
    const boxes = rows.flatMap((row) => {
      const place = this.sealed.placeOf(row.organization, row.id);
      try {
        return { ...row, box: this.box.seal(this.box.open(row.sealed, place), place) };
      } catch {
        broken.push(place);
        return [];
      }
    });
    // Only what is still as it was read.
    const resealed = await this.database.$executeRaw`
      update ${this.#table} set ${this.#column} = boxes.box
      from unnest(${boxes.map(({ id }) => id)}::uuid[], ${boxes.map(({ sealed }) => sealed)}::text[],
        ${boxes.map(({ box }) => box)}::text[]) as boxes (id, seen, box)
      where ${this.#key} = boxes.id and ${this.#column} = boxes.seen`;
    return { resealed, broken, last: rows.length < limit ? undefined : rows.at(-1)!.id };
  }
}
