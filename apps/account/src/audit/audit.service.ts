import { setTimeout as sleep } from 'node:timers/promises';
import type {
  AuditCheckpoint,
  AuditEntry,
  CreateAuditCheckpointRequest,
  ExportAuditEntriesRequest,
  ExportAuditEntriesResponse,
  ListAuditCheckpointsRequest,
  ListAuditCheckpointsResponse,
  ListAuditEntriesRequest,
  ListAuditEntriesResponse,
  VerifyAuditLogRequest,
  VerifyAuditLogResponse,
} from '@kelp/contract-account';
import { decodePageToken, encodePageToken, InvalidPageToken, pageSizeOf } from '@kelp/resource';
import { Injectable } from '@nestjs/common';
import { invalidPageToken } from '../account.errors.js';
import { organizationName, partsOf } from '../account.names.js';
import { organizationNotFound } from '../organization/organization.errors.js';
import type { SigningKeys } from '../signing/signing-keys.js';
import type { AuditRepository, Head, StoredCheckpoint, StoredEntry } from './audit.repository.js';
import { ChainCheck, checkpointText } from './audit-chain.js';

const PAGE = 500;
const CHECKPOINTS_MAX = 1_000;
/** How long a follower waits before it looks again. */
const FOLLOW_EVERY_MS = 250;

/** Shows what was changed, and proves it. */
@Injectable()
export class AuditService {
  constructor(
    private readonly log: AuditRepository,
    private readonly keys: SigningKeys,
  ) {}

  async list({ parent, pageSize, pageToken, target }: ListAuditEntriesRequest): Promise<ListAuditEntriesResponse> {
    const { organization } = partsOf(organizationName, parent, 'parent');
    const list = `${parent}/auditEntries?${target}`;
    const size = pageSizeOf(pageSize);
    const rows = await this.log.entries(organization, sequenceIn(list, pageToken), size + 1, target);
    const page = rows.slice(0, size);
    const nextPageToken = rows.length > size ? encodePageToken(list, String(page.at(-1)!.sequence)) : '';
    return { entries: page.map(toEntry), nextPageToken };
  }

  async *export(request: ExportAuditEntriesRequest, signal: AbortSignal): AsyncGenerator<ExportAuditEntriesResponse> {
    const { organization } = partsOf(organizationName, request.parent, 'parent');
    let after = request.afterSequence;
    while (!signal.aborted) {
      const rows = await this.log.entries(organization, after, PAGE);
      if (rows.length > 0) yield { entries: rows.map(toEntry) };
      after = rows.at(-1)?.sequence ?? after;
      if (rows.length === PAGE) continue;
      if (!request.follow) return;
      await sleep(FOLLOW_EVERY_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Reads the log once, from its beginning, beside the checkpoints. */
  async verify({ parent }: VerifyAuditLogRequest): Promise<VerifyAuditLogResponse> {
    const { organization } = partsOf(organizationName, parent, 'parent');
    const head = await this.log.head(organization);
    const signed = await this.log.checkpoints(organization, Number.MAX_SAFE_INTEGER);
    const at = new Map(signed.map((checkpoint) => [checkpoint.sequence, checkpoint]));
    const check = new ChainCheck();
    const result = (problem = '', brokenSequence = 0n) => ({
      intact: problem === '',
      entries: check.sequence,
      checkpoints: BigInt(signed.length),
      brokenSequence,
      problem,
    });
    for (let rows: StoredEntry[] = []; ; ) {
      rows = await this.log.entries(organization, check.sequence, PAGE);
      for (const row of rows) {
        const broken = check.next(row);
        if (broken) return result(broken, check.sequence + 1n);
        const unsigned = await this.checkpointProblem(parent, row, at.get(row.sequence));
        if (unsigned) return result(unsigned, row.sequence);
      }
      if (rows.length < PAGE) break;
    }
    const last = signed[0]?.sequence ?? 0n;
    if (last > check.sequence || (head?.sequence ?? 0n) > check.sequence)
      return result('The last entries are missing.', check.sequence + 1n);
    return result();
  }

  async sign({ parent }: CreateAuditCheckpointRequest): Promise<AuditCheckpoint> {
    const { organization } = partsOf(organizationName, parent, 'parent');
    const head = await this.log.head(organization);
    if (!head) throw organizationNotFound(parent);
    return toCheckpoint(await this.signHead(head));
  }

  async signHead({ organizationId, sequence, hash }: Head): Promise<StoredCheckpoint> {
    const createTime = new Date();
    const text = checkpointText(organizationName.format({ organization: organizationId }), sequence, hash, createTime);
    const { keyId, signature } = await this.keys.sign(text);
    const checkpoint = { organizationId, sequence, hash, createTime, keyId, signature: new Uint8Array(signature) };
    await this.log.addCheckpoint(checkpoint);
    return (await this.log.checkpoint(organizationId, sequence)) ?? checkpoint;
  }

  async checkpoints({ parent }: ListAuditCheckpointsRequest): Promise<ListAuditCheckpointsResponse> {
    const { organization } = partsOf(organizationName, parent, 'parent');
    const rows = await this.log.checkpoints(organization, CHECKPOINTS_MAX);
    return { checkpoints: rows.map(toCheckpoint) };
  }

  private async checkpointProblem(parent: string, entry: StoredEntry, checkpoint: StoredCheckpoint | undefined) {
    if (!checkpoint) return undefined;
    const { sequence, hash, createTime, keyId, signature } = checkpoint;
    if (!(await this.keys.verify(checkpointText(parent, sequence, hash, createTime), keyId, signature)))
      return `The checkpoint at ${sequence} was not signed by this service.`;
    return Buffer.from(hash).equals(entry.hash) ? undefined : `Entry ${sequence} is not the one that was signed.`;
  }
}

function sequenceIn(list: string, token: string): bigint {
  try {
    return BigInt(decodePageToken(list, token) ?? 0);
  } catch (error) {
    throw error instanceof InvalidPageToken || error instanceof SyntaxError ? invalidPageToken(error) : error;
  }
}

interface Body {
  readonly action: string;
  readonly target: string;
  readonly actor: string;
  readonly caller: string;
  readonly requestId: string;
}

function toEntry({ sequence, body, previousHash, hash, createTime }: StoredEntry): AuditEntry {
  const { action, target, actor, caller, requestId } = JSON.parse(body) as Body;
  const bytes = { previousHash: Buffer.from(previousHash), hash: Buffer.from(hash) };
  return { sequence, time: createTime, action, target, actor, caller, requestId, body, ...bytes };
}

const toCheckpoint = ({ sequence, hash, createTime, keyId, signature }: StoredCheckpoint): AuditCheckpoint => ({
  sequence,
  hash: Buffer.from(hash),
  createTime,
  keyId,
  signature: Buffer.from(signature),
});
