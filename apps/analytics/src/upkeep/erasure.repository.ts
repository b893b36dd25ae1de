import { bytesToUuid, uuidToBytes } from '@kelp/resource';
import { Database } from '../database.js';
import { MERGE } from '../metrics/count.repository.js';
import { foldPending, forgetInSketches } from '../recipients/recipient-folding.js';

/** Of the recipient's events, found by looking at all: nobody should pay for an index at every append for this. */
const OWN = `
  from event e join dimension d using (dimension_id) where d.organization_id = $1 and e.recipient_hash = $2`;

/**
 * The recipient becomes one whom nobody knows, and so does each message, so that what was counted by either stays right.
 * Whatever could name the person goes; what the roll-ups are made of stays.
 */
const FORGET = `
  with own as materialized (select e.event_id, e.message_id ${OWN}),
  renamed as materialized (select message_id, gen_random_uuid() as new_id from own group by message_id),
  anonym as materialized (select gen_random_uuid() as id),
  firsts as (
    update message_first m set message_id = renamed.new_id from renamed where m.message_id = renamed.message_id
  ),
  erased as (
    update event e set message_id = renamed.new_id, recipient_hash = anonym.id, provider_event_id = null,
      provider_message_id = null, url = split_part(split_part(e.url, '#', 1), '?', 1), user_agent = null,
      diagnostic = null, metadata = null
    from own join renamed using (message_id), anonym
    where e.event_id = own.event_id returning e.event_id
  )
  select (select id from anonym) as anonym, coalesce(array_agg(event_id), '{}') as event_ids from erased`;

/** Forgets people. */
export class ErasureRepository {
  constructor(private readonly database: Database) {}

  /** @returns how many events were the recipient's, and how many can still be found */
  async forget(organization: string, recipientHash: Buffer): Promise<{ events: number; remaining: number }> {
    const recipient = [organization, bytesToUuid(recipientHash)];
    // Merges wait meanwhile: they look firsts up by the ids that are about to change.
    const events = await this.database.inSnapshot(['count_pending', 'recipient_pending'], async (client) => {
      // What is pending has the old ids: first it is merged, in the same snapshot.
      while ((await client.query<{ merged: number }>(MERGE)).rows[0]!.merged > 0);
      while ((await foldPending(client)) > 0);
      const { rows } = await client.query<{ anonym: string; event_ids: string[] }>(FORGET, recipient);
      const { anonym, event_ids: eventIds } = rows[0]!;
      await forgetInSketches(client, { organization, forgotten: recipientHash, anonym: uuidToBytes(anonym), eventIds });
      return eventIds.length;
    });
    const [row] = await this.database.atLength(
      async (client) => (await client.query<{ n: string }>(`select count(*) as n ${OWN}`, recipient)).rows,
    );
    return { events, remaining: Number(row!.n) };
  }
}
