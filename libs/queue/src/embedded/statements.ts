// What the embedded queue says to PostgreSQL, whose clock is the only one that counts. The texts are few and fixed, so
// that each is prepared once a connection; `= any(array(…))` keeps the planner on the primary key.

const publishes = new Map<number, string>();

/**
 * Stores those of `count` messages whose key was not published lately; two publishes of one key wait for each other.
 * Parameters are a key and a body in turns, ordered by key: `pg` sends a single body as bytes, but an array of them as
 * hexadecimal text, and PostgreSQL would copy the bodies through an array once more.
 */
export function publish(count: number): string {
  const numbers = Array.from({ length: count }, (_, index) => index * 2 + 1);
  const text =
    publishes.get(count) ??
    `
with fresh as (
  insert into queue_key (key) values ${numbers.map((n) => `($${n})`).join(', ')} on conflict do nothing returning key)
insert into queue_message (key, body)
select key, body from (values ${numbers.map((n) => `($${n}::text, $${n + 1}::bytea)`).join(', ')}) as input (key, body)
where key in (select key from fresh)`;
  publishes.set(count, text);
  return text;
}

/**
 * Leases up to `max` messages, those first that may be taken longest. As a COPY, bodies come as bytes, not as text: a
 * fifth of the time at either end. A COPY has no parameters.
 */
export const take = (max: number, leaseMs: number): string => `
copy (
  update queue_message
  set attempt = attempt + 1, visible_at = now() + ${Math.ceil(leaseMs)} * interval '1 millisecond'
  where id = any(array(
    select id from queue_message where visible_at <= now() order by visible_at
    limit ${Math.floor(max)} for update skip locked))
  returning id, key, body, attempt, enqueued_at)
to stdout (format binary)`;

/** How long until the next message may be taken; negative where it waits already. */
export const NEXT_DUE = `
select extract(epoch from min(visible_at) - now())::float8 * 1000 as ms from queue_message`;

/** Skips what somebody settles at this moment, which two statements on the same rows could wait for in a circle. */
export const EXTEND = `
update queue_message set visible_at = now() + $3::float8 * interval '1 millisecond'
where id = any(array(
  select m.id from queue_message m join unnest($1::bigint[], $2::int[]) as held (id, attempt) using (id, attempt)
  for update of m skip locked))`;

/** Whatever the attempt: work that is done is done, also where the lease had run out. */
export const ACK = 'delete from queue_message where id = any($1::bigint[])';

export const RETRY = `
update queue_message set visible_at = now() + $3::float8 * interval '1 millisecond'
where id = $1::bigint and attempt = $2::int`;

/** As if it had not been taken: it comes first again, with all its attempts. */
export const RELEASE = `
update queue_message m set visible_at = m.enqueued_at, attempt = m.attempt - 1
from unnest($1::bigint[], $2::int[]) as held (id, attempt) where m.id = held.id and m.attempt = held.attempt`;

export const DEAD = `
with gone as (delete from queue_message where id = $1::bigint and attempt = $2::int returning *)
insert into queue_dead (key, body, reason, attempts, enqueued_at)
select key, body, $3::text, $4::int, enqueued_at from gone`;

export const TRIM_DEAD = `
delete from queue_dead where id <= (select id from queue_dead order by id desc offset $1::bigint limit 1)`;

export const LIST_DEAD = `
select id, key, body, reason, attempts, enqueued_at, died_at from queue_dead
where id > $1::bigint order by id limit $2::bigint`;

export const RETURN_DEAD = `
with gone as (delete from queue_dead where id = any($1::bigint[]) returning key, body)
insert into queue_message (key, body) select key, body from gone`;

export const DEPTH = `
select count(*) filter (where visible_at <= now())::float8 as waiting,
  count(*) filter (where visible_at > now())::float8 as in_flight,
  coalesce(sum(octet_length(body)), 0)::float8 as bytes,
  coalesce(extract(epoch from now() - min(enqueued_at)), 0)::float8 * 1000 as oldest_age_ms,
  (select count(*) from queue_dead)::float8 as dead
from queue_message`;

/** A publish within the window finds its key; one that came later may do so until the key is purged. */
export const PURGE_KEYS = `
delete from queue_key where key = any(array(
  select key from queue_key where published_at < now() - $1::float8 * interval '1 millisecond'
  order by published_at limit 10000 for update skip locked))`;

export const CHANNEL = 'kelp_queue';
export const NOTIFY = `select pg_notify('${CHANNEL}', '')`;
