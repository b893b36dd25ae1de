import type { StoredEvent } from '@kelp/contract-analytics';
import { EventType, MachineGenerated } from '@kelp/contract-event';
import { bytesToUuid } from '@kelp/resource';
import { ByteWriter, ParquetWriter, schemaFromColumnData } from 'hyparquet-writer';

/** Writes a file of events, piece by piece. */
export interface EventFile {
  /** The bytes that these events add. */
  add(events: readonly StoredEvent[]): Uint8Array;
  /** The bytes that end the file. */
  end(): Uint8Array;
}

interface Column {
  readonly name: string;
  readonly type: 'STRING' | 'INT32' | 'BOOLEAN' | 'TIMESTAMP' | 'JSON';
  readonly of: (stored: StoredEvent) => unknown;
}

const uuidOrNull = (bytes: Buffer) => (bytes.length === 0 ? null : bytesToUuid(bytes));
const orNull = (text: string) => (text === '' ? null : text);
const timeOf = (us: bigint) => new Date(Number(us / 1000n));

/** What is exported of an event, in both formats. */
const COLUMNS: readonly Column[] = [
  { name: 'event_id', type: 'STRING', of: ({ event }) => bytesToUuid(event!.eventId) },
  { name: 'type', type: 'STRING', of: ({ event }) => EventType[event!.type] ?? String(event!.type) },
  { name: 'sub_type', type: 'STRING', of: ({ event }) => orNull(event!.subType) },
  { name: 'occurred_at', type: 'TIMESTAMP', of: ({ event }) => timeOf(event!.occurredAtUs) },
  { name: 'received_at', type: 'TIMESTAMP', of: ({ event }) => timeOf(event!.receivedAtUs) },
  { name: 'connection_id', type: 'STRING', of: ({ event }) => bytesToUuid(event!.connectionId) },
  { name: 'provider', type: 'INT32', of: ({ event }) => event!.provider },
  { name: 'provider_event_id', type: 'STRING', of: ({ event }) => orNull(event!.providerEventId) },
  { name: 'provider_message_id', type: 'STRING', of: ({ event }) => orNull(event!.providerMessageId) },
  { name: 'message_id', type: 'STRING', of: ({ event }) => bytesToUuid(event!.messageId) },
  { name: 'recipient_hash', type: 'STRING', of: ({ event }) => event!.recipientHash.toString('hex') },
  { name: 'recipient_domain', type: 'STRING', of: ({ event }) => orNull(event!.recipientDomain) },
  { name: 'template_id', type: 'STRING', of: ({ event }) => uuidOrNull(event!.templateId) },
  { name: 'template_version', type: 'INT32', of: ({ event }) => event!.templateVersion },
  { name: 'workspace_id', type: 'STRING', of: ({ event }) => uuidOrNull(event!.workspaceId) },
  { name: 'locale', type: 'STRING', of: ({ event }) => orNull(event!.locale) },
  { name: 'variant', type: 'STRING', of: ({ event }) => orNull(event!.variant) },
  { name: 'campaign', type: 'STRING', of: ({ event }) => orNull(event!.campaign) },
  { name: 'tags', type: 'JSON', of: ({ event }) => event!.tags },
  { name: 'metadata', type: 'JSON', of: ({ event }) => event!.metadata },
  { name: 'url', type: 'STRING', of: ({ event }) => orNull(event!.url) },
  { name: 'link_index', type: 'INT32', of: ({ event }) => event!.linkIndex },
  { name: 'user_agent', type: 'STRING', of: ({ event }) => orNull(event!.userAgent) },
  { name: 'ip_country', type: 'STRING', of: ({ event }) => orNull(event!.ipCountry) },
  { name: 'actor', type: 'STRING', of: ({ actor }) => MachineGenerated[actor] ?? String(actor) },
  { name: 'actor_reason', type: 'INT32', of: ({ actorReason }) => actorReason },
  { name: 'rules_version', type: 'INT32', of: ({ rulesVersion }) => rulesVersion },
  { name: 'device', type: 'STRING', of: ({ device }) => orNull(device) },
  { name: 'client', type: 'STRING', of: ({ client }) => orNull(client) },
  { name: 'first', type: 'BOOLEAN', of: ({ first }) => first },
  { name: 'recipient_ambiguous', type: 'BOOLEAN', of: ({ event }) => event!.recipientAmbiguous },
  { name: 'smtp_code', type: 'INT32', of: ({ event }) => event!.smtpCode },
  { name: 'enhanced_status', type: 'STRING', of: ({ event }) => orNull(event!.enhancedStatus) },
  { name: 'diagnostic', type: 'STRING', of: ({ event }) => orNull(event!.diagnostic) },
];

/** A JSON object a line. */
export class NdjsonFile implements EventFile {
  add(events: readonly StoredEvent[]): Uint8Array {
    const lines = events.map(
      (stored) => `${JSON.stringify(Object.fromEntries(COLUMNS.map(({ name, of }) => [name, of(stored)])))}\n`,
    );
    return Buffer.from(lines.join(''));
  }

  end(): Uint8Array {
    return new Uint8Array();
  }
}

/** One Parquet file; the events of each `add` are a row group. */
export class ParquetFile implements EventFile {
  private readonly bytes = new ByteWriter();
  private readonly writer = new ParquetWriter({
    writer: this.bytes,
    schema: schemaFromColumnData({
      columnData: COLUMNS.map(({ name, type }) => ({ name, type, data: [], nullable: true })),
    }),
    createdBy: 'kelp',
  });

  add(events: readonly StoredEvent[]): Uint8Array {
    if (events.length > 0) {
      const columnData = COLUMNS.map(({ name, of }) => ({ name, data: events.map(of) }));
      void this.writer.write({ columnData, rowGroupSize: events.length });
    }
    return this.taken();
  }

  end(): Uint8Array {
    void this.writer.finish();
    return this.taken();
  }

  /** What was written since the last time; the writer goes on counting where it is in the file. */
  private taken(): Uint8Array {
    const taken = Uint8Array.from(this.bytes.getBytes());
    this.bytes.index = 0;
    return taken;
  }
}
