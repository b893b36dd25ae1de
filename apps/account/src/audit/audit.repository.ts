import { Injectable } from '@nestjs/common';
import { Database } from '../database.js';
import type { AuditCheckpoint as CheckpointRow, AuditEntry as EntryRow } from '../generated/prisma/client.js';

/** An entry, and a checkpoint, as they are kept. */
export type StoredEntry = EntryRow;
export type StoredCheckpoint = CheckpointRow;

/** Where an organization's log ends. */
export interface Head {
  readonly organizationId: string;
  readonly sequence: bigint;
  readonly hash: Uint8Array<ArrayBuffer>;
}

/** Audit logs: read here, written by triggers alone. */
@Injectable()
export class AuditRepository {
  constructor(private readonly database: Database) {}

  /** An organization's entries behind one, in order. */
  entries(organization: string, after: bigint, limit: number, target = ''): Promise<StoredEntry[]> {
    return this.database.inOrganization(organization, (transaction) =>
      transaction.auditEntry.findMany({
        where: {
          organizationId: organization,
          sequence: { gt: after },
          ...(target && { body: { contains: `"target": ${JSON.stringify(target)}` } }),
        },
        orderBy: { sequence: 'asc' },
        take: limit,
      }),
    );
  }

  /** Latest first. */
  checkpoints(organization: string, limit: number): Promise<StoredCheckpoint[]> {
    return this.database.inOrganization(organization, (transaction) =>
      transaction.auditCheckpoint.findMany({
        where: { organizationId: organization },
        orderBy: { sequence: 'desc' },
        take: limit,
      }),
    );
  }

  async checkpoint(organization: string, sequence: bigint): Promise<StoredCheckpoint | undefined> {
    const row = await this.database.auditCheckpoint.findFirst({ where: { organizationId: organization, sequence } });
    return row ?? undefined;
  }

  /** What was signed at the same place before stays. */
  async addCheckpoint(checkpoint: StoredCheckpoint): Promise<void> {
    await this.database.auditCheckpoint.createMany({ data: [checkpoint], skipDuplicates: true });
  }

  async head(organization: string): Promise<Head | undefined> {
    return (await this.database.auditHead.findUnique({ where: { organizationId: organization } })) ?? undefined;
  }

  /** Logs that have grown since they were last signed. */
  unsignedHeads(limit: number): Promise<Head[]> {
    return this.database.$queryRaw<Head[]>`
      select organization_id as "organizationId", sequence, hash from audit_head
      where not exists (
        select from audit_checkpoint
        where audit_checkpoint.organization_id = audit_head.organization_id
          and audit_checkpoint.sequence = audit_head.sequence)
      limit ${limit}`;
  }
}
