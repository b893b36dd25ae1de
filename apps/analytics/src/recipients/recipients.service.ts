import type { CountRecipientsRequest, CountRecipientsResponse, RecipientCount } from '@kelp/contract-analytics';
import { GROUPINGS } from '../metrics/grouping.js';
import { answeredByStore } from '../store.errors.js';
import { RecipientRepository } from './recipient.repository.js';
import { recipientsQuery } from './recipients-query.js';
import { ERROR_BOUND, type Sketch } from './sketch.js';

/** Tells how many different people there are. */
export class RecipientsService {
  constructor(private readonly recipients: RecipientRepository) {}

  /** @throws INVALID_FIELDS, TOO_MANY_ROWS, STORE_UNAVAILABLE */
  async count(request: CountRecipientsRequest): Promise<CountRecipientsResponse> {
    const query = recipientsQuery(request);
    const groups = await answeredByStore(() => this.recipients.query(query));
    return {
      rows: groups.map(({ columns, byAction }) => ({
        group: query.groupBy.map((dimension) => {
          const grouping = GROUPINGS[dimension]!;
          return { dimension, value: grouping.format(columns[grouping.columns.at(-1)!], query.organizationId) };
        }),
        counts: [...byAction].sort(([a], [b]) => a - b).map(([action, sketch]) => countOf(action, sketch)),
      })),
    };
  }
}

function countOf(action: number, sketch: Sketch): RecipientCount {
  const { count, isExact } = sketch.cardinality();
  return { action, count: BigInt(count), exact: isExact, errorBound: isExact ? 0 : ERROR_BOUND };
}
