import { ReviewPolicy } from '@kelp/contract-template';
import { etagOf, uuidv7 } from '@kelp/resource';
import { Injectable } from '@nestjs/common';
import { Database } from '../database.js';

/** Stands for the organization itself. */
const NO_WORKSPACE = '00000000-0000-0000-0000-000000000000';

/** Whose policy: a workspace's, or the organization's. */
export interface PolicyId {
  readonly organization: string;
  readonly workspace?: string | undefined;
}

type Stored = Pick<ReviewPolicy, 'stages' | 'etag' | 'updateTime'>;

/** Who has to approve. */
@Injectable()
export class ReviewPolicyRepository {
  constructor(private readonly database: Database) {}

  async find(id: PolicyId): Promise<Stored | undefined> {
    const row = await this.database.client.reviewPolicy.findFirst({ where: keyOf(id) });
    return row ? toPolicy(row) : undefined;
  }

  /** The workspace's own, or else the organization's. */
  async effective({ organization, workspace }: PolicyId): Promise<Stored | undefined> {
    const own = workspace ? await this.find({ organization, workspace }) : undefined;
    return own ?? this.find({ organization });
  }

  /**
   * Undefined where it is not any more what the etag names.
   * @param etag whatever it is where it is empty
   */
  async put(id: PolicyId, etag: string, { stages }: ReviewPolicy): Promise<Stored | undefined> {
    const values = {
      policy: new Uint8Array(ReviewPolicy.encode(ReviewPolicy.fromPartial({ stages })).finish()),
      etag: etagOf(`${id.organization}/${id.workspace ?? ''}/reviewPolicy`, uuidv7()),
      updateTime: new Date(),
    };
    const { reviewPolicy } = this.database.client;
    const row = etag
      ? (await reviewPolicy.updateManyAndReturn({ where: { ...keyOf(id), etag }, data: values }))[0]
      : await reviewPolicy.upsert({
          where: { organizationId_workspaceId: keyOf(id) },
          create: { ...keyOf(id), ...values },
          update: values,
        });
    return row ? toPolicy(row) : undefined;
  }

  async delete(id: PolicyId): Promise<void> {
    await this.database.client.reviewPolicy.deleteMany({ where: keyOf(id) });
  }
}

const keyOf = ({ organization, workspace = NO_WORKSPACE }: PolicyId) => ({
  organizationId: organization,
  workspaceId: workspace,
});

const toPolicy = (row: { policy: Uint8Array; etag: string; updateTime: Date }): Stored => ({
  stages: ReviewPolicy.decode(row.policy).stages,
  etag: row.etag,
  updateTime: row.updateTime,
});
