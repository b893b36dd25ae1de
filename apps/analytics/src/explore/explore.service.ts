import {
  type EventFilter,
  type ExportEventsRequest,
  type ExportEventsResponse,
  ExportFormat,
  type GetMessageTimelineRequest,
  type ListEventsRequest,
  type ListEventsResponse,
  type MessageTimeline,
} from '@kelp/contract-analytics';
import { decodePageToken, encodePageToken, InvalidPageToken, isUuid, pageSizeOf } from '@kelp/resource';
import type { FieldViolation } from '@kelp/status';
import { organizationName, templateName, versionName } from '../metrics/grouping.js';
import { invalidFields } from '../metrics/metrics.errors.js';
import { pageTokenOf } from '../page-token.js';
import { answeredByStore } from '../store.errors.js';
import { EventReader } from './event-reader.js';
import { type EventFile, NdjsonFile, ParquetFile } from './export-format.js';

const EXPORT_PAGE = 2_000;
const PIECE_BYTES_MAX = 1024 * 1024;

/** Shows the events themselves. */
export class ExploreService {
  constructor(private readonly reader: EventReader) {}

  /** @throws INVALID_FIELDS, INVALID_PAGE_TOKEN, STORE_UNAVAILABLE */
  async list({ parent, filter, pageSize, pageToken }: ListEventsRequest): Promise<ListEventsResponse> {
    const organization = checked(parent, filter);
    const list = JSON.stringify([parent, filter ?? null]);
    const after = pageTokenOf(() => positionIn(list, pageToken));
    const options = { after, limit: pageSizeOf(pageSize), newestFirst: true };
    const { events, next } = await answeredByStore(() => this.reader.page(organization, filter, options));
    return { events, nextPageToken: next === undefined ? '' : encodePageToken(list, next) };
  }

  /** @throws INVALID_FIELDS, STORE_UNAVAILABLE */
  async timeline({ parent, messageId }: GetMessageTimelineRequest): Promise<MessageTimeline> {
    const organization = checked(parent, undefined);
    return { events: await answeredByStore(() => this.reader.timeline(organization, messageId)) };
  }

  /** The next events are read when the caller has room for them. @throws INVALID_FIELDS, STORE_UNAVAILABLE */
  async *export({ parent, filter, format }: ExportEventsRequest): AsyncGenerator<ExportEventsResponse> {
    const organization = checked(parent, filter);
    const file: EventFile = format === ExportFormat.PARQUET ? new ParquetFile() : new NdjsonFile();
    let count = 0;
    let after: string | undefined;
    do {
      const options = { after, limit: EXPORT_PAGE, newestFirst: false };
      const page = await answeredByStore(() => this.reader.page(organization, filter, options));
      count += page.events.length;
      yield* piecesOf(file.add(page.events), count);
      after = page.next;
    } while (after !== undefined);
    yield* piecesOf(file.end(), count);
  }
}

function* piecesOf(data: Uint8Array, count: number): Generator<ExportEventsResponse> {
  for (let at = 0; at < data.length; at += PIECE_BYTES_MAX) {
    yield { data: Buffer.from(data.subarray(at, at + PIECE_BYTES_MAX)), events: BigInt(count) };
  }
}

/** @returns the organization @throws INVALID_FIELDS */
function checked(parent: string, filter: EventFilter | undefined): string {
  const organization = organizationName.parse(parent)?.organization;
  if (organization === undefined) throw invalidFields([{ field: 'parent', description: 'Must name an organization.' }]);
  const violations: FieldViolation[] = [];
  if (filter && filter.template !== '') {
    const name = versionName.parse(filter.template) ?? templateName.parse(filter.template);
    if (name?.organization !== organization) {
      violations.push({ field: 'filter.template', description: 'Must name a template of the parent.' });
    }
  }
  for (const field of ['startTime', 'endTime'] as const) {
    if (Number.isNaN(filter?.[field]?.getTime() ?? 0))
      violations.push({ field: `filter.${field}`, description: 'Must be a time.' });
  }
  if (violations.length > 0) throw invalidFields(violations);
  return organization;
}

function positionIn(list: string, token: string): string | undefined {
  const position = decodePageToken(list, token);
  if (position !== undefined && !isUuid(position)) throw new InvalidPageToken('The page token holds no position.');
  return position;
}
