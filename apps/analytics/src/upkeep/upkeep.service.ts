import type {
  ForgetRecipientRequest,
  ForgetRecipientResponse,
  Reclassification,
  ReclassifyEventsRequest,
  ReclassifyEventsResponse,
  VerifyCountsResponse,
} from '@kelp/contract-analytics';
import { RULES_VERSIONS } from '../classification/classify.js';
import { firstIdAt } from '../event/event-time.js';
import { CountRepository } from '../metrics/count.repository.js';
import { organizationName } from '../metrics/grouping.js';
import { invalidFields } from '../metrics/metrics.errors.js';
import { RecipientTruth } from '../recipients/recipient-truth.js';
import { answeredByStore } from '../store.errors.js';
import { ErasureRepository } from './erasure.repository.js';
import { type Judged, type Range, ReclassifyRepository } from './reclassify.repository.js';

const DAY_MS = 86_400_000;
const SPAN_MAX_MS = 366 * DAY_MS;

/** Keeps the store right: compares, counts anew, judges anew, forgets. */
export class UpkeepService {
  constructor(
    private readonly counts: CountRepository,
    private readonly reclassification: ReclassifyRepository,
    private readonly erasure: ErasureRepository,
    private readonly recipients: RecipientTruth,
  ) {}

  /** @throws STORE_UNAVAILABLE */
  async verify(): Promise<VerifyCountsResponse> {
    const wrong = await answeredByStore(async () => ({
      ...(await this.counts.verify()),
      recipients: await this.recipients.verify(),
    }));
    return { rollups: Object.entries(wrong).map(([level, rows]) => ({ level, wrongRows: BigInt(rows) })) };
  }

  /** @throws STORE_UNAVAILABLE */
  async rebuild(): Promise<void> {
    await answeredByStore(async () => {
      await this.counts.rebuild();
      await this.recipients.recount();
    });
  }

  /** @throws INVALID_FIELDS, STORE_UNAVAILABLE */
  async forget({ parent, recipientHash }: ForgetRecipientRequest): Promise<ForgetRecipientResponse> {
    const organization = organizationOf(parent);
    const { events, remaining } = await answeredByStore(() => this.erasure.forget(organization, recipientHash));
    return { events: BigInt(events), remaining: BigInt(remaining) };
  }

  /** @throws INVALID_FIELDS, STORE_UNAVAILABLE */
  async reclassify(request: ReclassifyEventsRequest, signal: AbortSignal): Promise<ReclassifyEventsResponse> {
    const { startTime, endTime, rulesVersion, dryRun } = request;
    const organization = organizationOf(request.parent);
    const spanMs = (endTime?.getTime() ?? Number.NaN) - (startTime?.getTime() ?? Number.NaN);
    const violations = [];
    if (!(spanMs >= 0 && spanMs <= SPAN_MAX_MS)) {
      violations.push({ field: 'end_time', description: 'Must be up to 366 days after the start time.' });
    }
    if (!(RULES_VERSIONS as readonly number[]).includes(rulesVersion)) {
      violations.push({ field: 'rules_version', description: `Must be one of ${RULES_VERSIONS.join(', ')}.` });
    }
    if (violations.length > 0) throw invalidFields(violations);

    const changes = new Map<string, Reclassification>();
    let examined = 0;
    const beforeId = firstIdAt(endTime!.getTime());
    for (let afterId: string | undefined = firstIdAt(startTime!.getTime()); afterId !== undefined; ) {
      const range: Range = { organization, afterId, beforeId };
      const page: Judged = await answeredByStore(() => this.reclassification.page(range, rulesVersion, dryRun));
      examined += page.examined;
      for (const change of page.changes) {
        const key = `${change.type} ${change.from} ${change.to}`;
        changes.set(key, { ...change, count: change.count + (changes.get(key)?.count ?? 0n) });
      }
      afterId = page.next;
      signal.throwIfAborted();
    }
    // Whoever is not taken for a human any more cannot be taken out of a sketch.
    if (!dryRun) {
      const [fromDay, toDay] = [Math.floor(startTime!.getTime() / DAY_MS), Math.ceil(endTime!.getTime() / DAY_MS)];
      await answeredByStore(() => this.recipients.recount(fromDay, toDay));
    }
    return { examined: BigInt(examined), changes: [...changes.values()] };
  }
}

function organizationOf(parent: string): string {
  const organization = organizationName.parse(parent)?.organization;
  if (organization === undefined) throw invalidFields([{ field: 'parent', description: 'Must name an organization.' }]);
  return organization;
}
