-- What happened to a message is asked for one message at a time, and judging a click looks at its message's other events.
create index event_message_idx on event (message_id);

-- A link that is nothing but a query is no link.
create or replace function facet_values(e event) returns table (kind integer, value text) language sql immutable parallel safe as $$
  select 1, e.recipient_domain where e.recipient_domain <> ''
  union all select 2, e.ip_country where e.ip_country <> ''
  union all select 3, e.device where e.device <> ''
  union all select 4, e.client where e.client <> ''
  union all select 5, split_part(split_part(e.url, '#', 1), '?', 1) where split_part(split_part(e.url, '#', 1), '?', 1) <> ''
  union select 6, tag from unnest(e.tags) as tag
$$;

-- The same as counted_events(), for a few messages.
create function counted_messages(ids uuid[]) returns table (dimension_id bigint, facet_id bigint, minute integer, measure integer, n bigint)
language sql stable as $$
  with own as materialized (
    select e from event e where e.message_id = any (ids) and e.event_id >= first_retained_id()
  ),
  measured as (
    select own.e, m.measure from own, unnest(event_measures(own.e)) as m (measure)
    union all
    select own.e, 32775 + f.kind from own join message_first f on f.event_id = (own.e).event_id and f.message_id = (own.e).message_id
  )
  select (e).dimension_id, f.facet_id, floor(extract(epoch from (e).occurred_at) / 60)::integer, m.measure, count(*)
  from measured m, lateral (
    select 0::bigint as facet_id
    union all
    select facet_id(v.kind, v.value) from facet_values(m.e) v
  ) f
  group by 1, 2, 3, 4
$$;

create table experiment (
  organization_id uuid not null,
  experiment_id uuid not null,
  display_name text not null,
  template_id uuid not null,
  variants jsonb not null, -- [{"name", "weight"}], the control first
  goal smallint not null,
  trials_min bigint not null,
  start_time timestamptz(3) not null,
  end_time timestamptz(3),
  primary key (organization_id, experiment_id)
);
create index experiment_start_idx on experiment (organization_id, start_time desc, experiment_id desc);

-- Who was assigned to which variant, by its place.
create table experiment_assignment (
  organization_id uuid not null,
  experiment_id uuid not null,
  unit uuid not null,
  variant smallint not null,
  primary key (organization_id, experiment_id, unit)
);
