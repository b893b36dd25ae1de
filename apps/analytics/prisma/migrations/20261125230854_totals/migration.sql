-- What all of an organization's dimensions count together stands beside what each of them counts, under an id of its own:
-- whoever asks for the whole reads one row a bucket, however many dimensions there are.
create function total_id(organization uuid) returns bigint language sql immutable parallel safe as $$
  select ('x' || encode(substr(sha256('total'::bytea || uuid_send(organization)), 1, 8), 'hex'))::bit(64)::bigint
$$;
alter table dimension add column total_id bigint not null generated always as (total_id(organization_id)) stored;

do $$
declare
  level text;
begin
  foreach level in array array['minute', 'quarter', 'hour', 'day'] loop
    execute format('insert into %1$I select total_id, kind, bucket, block, facet_id, %2$s
      from %1$I join dimension using (dimension_id) group by 1, 2, 3, 4, 5', 'count_' || level,
      (select string_agg(format('sum(n%s)::bigint', i), ', ' order by i) from generate_series(0, 15) i));
  end loop;
end $$;
