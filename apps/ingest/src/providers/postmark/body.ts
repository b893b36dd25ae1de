import type { Parsed } from '../provider.js';
import { isObject, type JsonObject, objectOf, parseJson } from '../reading/parse-json.js';
import { derivedKey, reportedEvent, type Said, unreadable } from '../reading/reported-event.js';
import { isoToUs } from '../reading/times.js';
import { typeOf } from './event-types.js';

/**
 * Takes a body apart: one record.
 * @param traceId which is the same when Postmark posts it again
 */
export function parseBody(body: Buffer, traceId: unknown): Parsed {
  const record = parseJson(body);
  if (!isObject(record)) return { valid: false, message: 'The body is no JSON object.' };
  const { RecordType, Type } = record;
  const raw = () => body;
  if (typeof RecordType !== 'string') return { valid: true, elements: [unreadable('It has no "RecordType".', raw)] };
  const name = RecordType === 'Bounce' ? `Bounce ${String(Type)}` : RecordType;
  const type = typeOf(record);
  const custom = objectOf(record.Metadata);
  return { valid: true, elements: [reportedEvent({ type, name, custom, said: () => saidIn(record, traceId), raw })] };
}

function saidIn(record: JsonObject, traceId: unknown): Said {
  const { RecordType, ID, MessageID, Tag } = record;
  const recipient = record.Recipient ?? record.Email;
  const at = record.DeliveredAt ?? record.BouncedAt ?? record.ReceivedAt ?? record.ChangedAt;
  return {
    dedupeKey:
      typeof traceId === 'string' && traceId !== ''
        ? `trace:${traceId}`
        : derivedKey(RecordType, ID, MessageID, recipient, at, record.OriginalLink),
    recipient,
    occurredAtUs: isoToUs(at),
    subType: subTypeOf(record),
    providerEventId: typeof ID === 'number' || typeof ID === 'string' ? ID : traceId,
    providerMessageId: MessageID,
    tags: Tag,
    url: record.OriginalLink,
    userAgent: record.UserAgent,
    country: objectOf(record.Geo).CountryISOCode,
    words: record.Details || record.Description,
  };
}

function subTypeOf({ RecordType, Type, FirstOpen, ClickLocation, SuppressionReason }: JsonObject): unknown {
  switch (RecordType) {
    case 'Open':
      return FirstOpen === true ? 'FirstOpen' : '';
    case 'Click':
      return ClickLocation;
    case 'SubscriptionChange':
      return SuppressionReason;
    default:
      return Type;
  }
}
