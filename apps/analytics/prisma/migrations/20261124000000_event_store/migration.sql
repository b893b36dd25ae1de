-- What events have in common: one row for each combination that occurs. Its id is a hash of the combination, so that
-- every process, and every shard to come, gives the same combination the same id without asking.
create table dimension (
  dimension_id bigint primary key,
  organization_id uuid not null,
  connection_id uuid not null,
  provider smallint not null,
  template_id uuid,
  template_version integer not null,
  locale text not null,
  variant text not null,
  campaign text not null
);
create index dimension_template_idx on dimension (organization_id, template_id, template_version);

-- The events, append only. An event's id begins with its time, so that a partition by id is a partition by day, the
-- primary key holds over all of them, and a repeated event meets its first copy in one partition. There is no foreign
-- key and no second index: either doubles the cost of an append.
create table event (
  event_id uuid not null,
  message_id uuid not null,
  recipient_hash uuid not null,
  dimension_id bigint not null,
  occurred_at timestamptz(6) not null,
  received_at timestamptz(6) not null,
  link_index integer not null,
  smtp_code integer not null,
  type smallint not null,
  machine_generated smallint not null,
  sub_type text,
  provider_event_id text,
  provider_message_id text,
  recipient_domain text,
  url text,
  user_agent text,
  ip_country text,
  enhanced_status text,
  diagnostic text,
  tags text[],
  metadata jsonb,
  primary key (event_id)
) partition by range (event_id);

-- Makes the partition of a day of UTC, where there is none. Any number may do so at once. Attaching, unlike
-- `create table … partition of`, does not wait for appends that are under way.
create function create_event_partition(day date) returns void language plpgsql as $$
declare
  partition text := 'event_' || to_char(day, 'YYYYMMDD');
  first_id uuid := rpad(lpad(to_hex(extract(epoch from day)::bigint * 1000), 12, '0'), 32, '0')::uuid;
  next_id uuid := rpad(lpad(to_hex(extract(epoch from day + 1)::bigint * 1000), 12, '0'), 32, '0')::uuid;
begin
  perform pg_advisory_xact_lock(hashtext('create_event_partition'));
  if to_regclass(partition) is not null then
    return;
  end if;
  execute format('create table %I (like event including all)', partition);
  execute format('alter table event attach partition %I for values from (%L) to (%L)', partition, first_id, next_id);
end $$;

-- How many events of each type there are, per dimension and bucket of time. A row holds sixteen types side by side:
-- block 0 the types 0 to 15, block 1 the types 16 to 31, and so on, so that a type nobody knows yet has its place.
create table count_minute (
  dimension_id bigint not null,
  bucket timestamptz(0) not null,
  block smallint not null,
  n0 bigint not null, n1 bigint not null, n2 bigint not null, n3 bigint not null,
  n4 bigint not null, n5 bigint not null, n6 bigint not null, n7 bigint not null,
  n8 bigint not null, n9 bigint not null, n10 bigint not null, n11 bigint not null,
  n12 bigint not null, n13 bigint not null, n14 bigint not null, n15 bigint not null,
  primary key (dimension_id, bucket, block)
) with (fillfactor = 70); -- room to update a row in its page
create table count_hour (like count_minute including all) with (fillfactor = 70);
create table count_day (like count_minute including all) with (fillfactor = 70);

-- What each commit of events adds to the counts, committed with them, until it is merged: four arrays of one length.
create table count_pending (
  commit_id bigint generated always as identity primary key,
  dimension_ids bigint[] not null,
  minutes integer[] not null, -- since 1970-01-01 UTC
  types smallint[] not null,
  counts integer[] not null
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500);
-- Short-lived: not worth compressing.
alter table count_pending
  alter dimension_ids set storage external, alter minutes set storage external,
  alter types set storage external, alter counts set storage external;
