-- What an event says beyond its type: who caused it, by which rules, and with what; and the workspace of its mail.
alter table dimension add column workspace_id uuid;
alter table event
  add column actor smallint not null default 0,
  add column actor_reason smallint not null default 0,
  add column rules_version smallint not null default 0,
  add column recipient_ambiguous boolean not null default false,
  add column device text,
  add column client text;

-- The values that counts are told apart by besides the dimension, one at a time: kind 1 is the recipient's domain, 2 the
-- country, 3 the device, 4 the mail client, 5 the link, 6 a tag. The id is a hash, and its lowest four bits are the kind.
create table facet (
  facet_id bigint primary key,
  kind smallint not null,
  value text not null
);
create function facet_id(kind integer, value text) returns bigint language sql immutable parallel safe as $$
  select (('x' || substr(encode(sha256(convert_to(kind || ':' || value, 'UTF8')), 'hex'), 1, 16))::bit(64)::bigint
    & ~15::bigint) | kind
$$;

-- The facets of an event, and what it counts as. The service has the same rules, as it counts while it appends: these here
-- count anew from the events, and `verify` holds one against the other.
create function facet_values(e event) returns table (kind integer, value text) language sql immutable parallel safe as $$
  select 1, e.recipient_domain where e.recipient_domain <> ''
  union all select 2, e.ip_country where e.ip_country <> ''
  union all select 3, e.device where e.device <> ''
  union all select 4, e.client where e.client <> ''
  union all select 5, split_part(split_part(e.url, '#', 1), '?', 1) where e.url <> ''
  union select 6, tag from unnest(e.tags) as tag
$$;
create function event_measures(e event) returns integer[] language sql immutable parallel safe as $$
  select array_remove(array[
    e.type::integer,
    case when e.type in (7, 8) and e.actor between 1 and 4 then 32767 + (e.type - 7) * 4 + e.actor end,
    case when e.type in (7, 8) and e.recipient_ambiguous then 32775 + e.type end,
    case when e.type = 4 then
      case when lower(e.sub_type) in ('soft', 'blocked', 'block', 'transient', 'temporary') or e.enhanced_status like '4.%'
        or e.smtp_code between 400 and 499 then 32781 else 32780 end
    end
  ], null)
$$;
-- What an event may be the first of for its message: 1 an open, 2 a human's open, 3 a click, 4 a human's click.
create function event_firsts(e event) returns smallint[] language sql immutable parallel safe as $$
  select case
    when e.recipient_ambiguous or e.type not in (7, 8) then array[]::smallint[]
    when e.actor = 1 then array[e.type * 2 - 13, e.type * 2 - 12]::smallint[]
    else array[e.type * 2 - 13]::smallint[]
  end
$$;

-- The first open and click of each message, by the events' own time, whenever they arrived.
create table message_first (
  message_id uuid not null,
  kind smallint not null,
  event_id uuid not null,
  primary key (message_id, kind)
) with (fillfactor = 90);

-- Events before this day are gone, and not taken in any more: their counts stay. One row at the most.
create table event_horizon (
  singleton boolean primary key default true check (singleton),
  first_day date not null
);
create function first_retained_id() returns uuid language sql stable as $$
  select coalesce((select rpad(lpad(to_hex(extract(epoch from first_day)::bigint * 1000), 12, '0'), 32, '0')::uuid from event_horizon),
    '00000000-0000-0000-0000-000000000000')
$$;

-- The firsts among the events that are there.
create function first_events() returns table (message_id uuid, kind smallint, event_id uuid) language sql stable as $$
  select distinct on (e.message_id, k.kind) e.message_id, k.kind, e.event_id
  from event e, unnest(event_firsts(e)) as k (kind)
  where e.event_id >= first_retained_id() and e.type in (7, 8) and not exists (
    select from message_first m where m.message_id = e.message_id and m.kind = k.kind and m.event_id < first_retained_id()
  )
  order by e.message_id, k.kind, e.event_id
$$;
-- The events that are there, counted: the truth that all roll-ups can be held against, and made from.
create function counted_events() returns table (dimension_id bigint, facet_id bigint, minute integer, measure integer, n bigint)
language sql stable as $$
  with measured as (
    select e, m.measure from event e, unnest(event_measures(e)) as m (measure) where e.event_id >= first_retained_id()
    union all
    select e, 32775 + f.kind from first_events() f join event e using (event_id)
  )
  select (e).dimension_id, f.facet_id, floor(extract(epoch from (e).occurred_at) / 60)::integer, m.measure, count(*)
  from measured m, lateral (
    select 0::bigint as facet_id
    union all
    select facet_id(v.kind, v.value) from facet_values(m.e) v
  ) f
  group by 1, 2, 3, 4
$$;

-- The roll-ups, now with facets: a row without one has kind 0 and facet 0. Minutes have no facets.
drop table count_pending, count_minute, count_hour, count_day;
create table count_minute (
  dimension_id bigint not null,
  kind smallint not null,
  bucket timestamptz(0) not null,
  block smallint not null,
  facet_id bigint not null,
  n0 bigint not null, n1 bigint not null, n2 bigint not null, n3 bigint not null,
  n4 bigint not null, n5 bigint not null, n6 bigint not null, n7 bigint not null,
  n8 bigint not null, n9 bigint not null, n10 bigint not null, n11 bigint not null,
  n12 bigint not null, n13 bigint not null, n14 bigint not null, n15 bigint not null,
  primary key (dimension_id, kind, bucket, block, facet_id)
) with (fillfactor = 70); -- room to update a row in its page
create table count_quarter (like count_minute including all) with (fillfactor = 70);
create table count_hour (like count_minute including all) with (fillfactor = 70);
create table count_day (like count_minute including all) with (fillfactor = 70);

-- What each commit of events adds to the counts, committed with them, until it is merged: the counts without facets, those
-- with a facet, and what may be the first open or click of its message. The arrays of each part have one length.
create table count_pending (
  commit_id bigint generated always as identity primary key,
  dimension_ids bigint[] not null,
  minutes integer[] not null, -- since 1970-01-01 UTC
  measures integer[] not null,
  counts integer[] not null,
  facet_dimension_ids bigint[] not null,
  facet_ids bigint[] not null,
  facet_minutes integer[] not null, -- the first of their quarter of an hour
  facet_measures integer[] not null,
  facet_counts integer[] not null,
  first_message_ids uuid[] not null,
  first_event_ids uuid[] not null,
  first_kinds smallint[] not null,
  first_dimension_ids bigint[] not null,
  first_minutes integer[] not null,
  first_facets text[] not null, -- each an array of facet ids
  entries integer not null generated always as
    (cardinality(counts) + cardinality(facet_counts) + cardinality(first_kinds)) stored
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500);
-- Short-lived: not worth compressing.
alter table count_pending
  alter dimension_ids set storage external, alter minutes set storage external, alter measures set storage external, alter counts set storage external, alter facet_dimension_ids set storage external, alter facet_ids set storage external, alter facet_minutes set storage external, alter facet_measures set storage external, alter facet_counts set storage external, alter first_message_ids set storage external, alter first_event_ids set storage external, alter first_kinds set storage external, alter first_dimension_ids set storage external, alter first_minutes set storage external, alter first_facets set storage external;

-- Count what is there already.
insert into facet select distinct facet_id(v.kind, v.value), v.kind, v.value from event e, facet_values(e) v;
insert into message_first select * from first_events();
do $$
declare
  level text;
  start text;
begin
  foreach level in array array['minute', 'quarter', 'hour', 'day'] loop
    start := case level when 'quarter' then 'date_bin(''15 minutes'', to_timestamp(minute::bigint * 60), ''2000-01-01 UTC'')'
      else format('date_trunc(%L, to_timestamp(minute::bigint * 60), ''UTC'')', level) end;
    execute format('insert into %I select dimension_id, (facet_id & 15)::smallint, %s, (measure / 16)::smallint, facet_id, %s
      from counted_events() %s group by 1, 2, 3, 4, 5', 'count_' || level, start,
      (select string_agg(format('coalesce(sum(n) filter (where measure %% 16 = %s), 0)', i), ', ' order by i) from generate_series(0, 15) i),
      case level when 'minute' then 'where facet_id = 0' else '' end);
  end loop;
end $$;
