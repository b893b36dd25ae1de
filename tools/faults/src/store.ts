import pg from 'pg';

/** What the event store itself holds, besides what the services say of it. */
export interface Held {
  readonly events: number;
  /** Events that are there more than once. */
  readonly twice: number;
}

/** Reads the event store's table, past the service. */
export async function heldIn(databaseUrl: string): Promise<Held> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ events: string; different: string }>(
      'select count(*) as events, count(distinct event_id) as different from event',
    );
    const { events, different } = rows[0]!;
    return { events: Number(events), twice: Number(events) - Number(different) };
  } finally {
    await client.end();
  }
}
