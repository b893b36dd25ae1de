import { Injectable } from '@nestjs/common';
import { Database } from '../database.js';
import { Prisma } from '../generated/prisma/client.js';
import type { Resealed, SealedStore } from '../secrets/sealed-store.js';
import type { SecretBox } from '../secrets/secret-box.js';
import type { UserId } from '../user/user.repository.js';

interface Row extends UserId {
  readonly sealed: string;
}

const NOWHERE = '00000000-0000-0000-0000-000000000000';

/** A column with one secret of each user, as far as keys are concerned. */
@Injectable()
export class UserSecretRepository implements SealedStore {
  readonly #table: Prisma.Sql;
  readonly #column: Prisma.Sql;

  /** @param placeOf where the secret of a user is kept */
  constructor(
    private readonly database: Database,
    private readonly box: SecretBox,
    table: 'password' | 'totp',
    column: 'sealed_hash' | 'sealed_secret',
    private readonly placeOf: (id: UserId) => string,
  ) {
    this.#table = Prisma.raw(table);
    this.#column = Prisma.raw(column);
  }

  async count(): Promise<ReadonlyMap<string, number>> {
    const rows = await this.database.$queryRaw<{ keyId: string; count: bigint }[]>`
      select split_part(${this.#column}, '.', 2) as "keyId", count(*) from ${this.#table} group by 1`;
    return new Map(rows.map(({ keyId, count }) => [keyId, Number(count)]));
  }

  async reseal(after: string, limit: number): Promise<Resealed> {
    const rows = await this.database.$queryRaw<Row[]>`
      select organization_id as organization, user_id as "user", ${this.#column} as sealed from ${this.#table}
      where not starts_with(${this.#column}, ${this.box.currentPrefix}) and user_id > ${after || NOWHERE}::uuid
      order by user_id limit ${limit}`;
    const broken: string[] = [];
    const boxes = rows.flatMap((row) => {
      const place = this.placeOf(row);
      try {
        return { ...row, box: this.box.seal(this.box.open(row.sealed, place), place) };
      } catch {
        broken.push(place);
        return [];
      }
    });
    const resealed = await this.database.$executeRaw`
      update ${this.#table} set ${this.#column} = boxes.box
      from unnest(${boxes.map(({ user }) => user)}::uuid[], ${boxes.map(({ sealed }) => sealed)}::text[],
        ${boxes.map(({ box }) => box)}::text[]) as boxes (id, seen, box)
      where user_id = boxes.id and ${this.#column} = boxes.seen`;
    return { resealed, broken, last: rows.length < limit ? undefined : rows.at(-1)!.user };
  }
}
