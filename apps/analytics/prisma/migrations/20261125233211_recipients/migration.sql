-- What an event says that its recipient did: 1 got a message, 2 opened one, 3 did so as a human, 4 clicked in one, 5 did so as a
-- human. The service has the same rules.
create function recipient_actions(e event) returns smallint[] language sql immutable parallel safe as $$
  select case
    when e.type = 3 then array[1]::smallint[]
    when e.recipient_ambiguous or e.type not in (7, 8) then array[]::smallint[]
    when e.actor = 1 then array[e.type * 2 - 12, e.type * 2 - 11]::smallint[]
    else array[e.type * 2 - 12]::smallint[]
  end
$$;

-- Who did what by the events of a commit, committed with them, until it is folded into the sketches: three arrays of cells, how
-- many recipients each cell has, and the first eight bytes of the hash of each.
create table recipient_pending (
  commit_id bigint generated always as identity primary key,
  dimension_ids bigint[] not null,
  days integer[] not null, -- since 1970-01-01 UTC
  actions smallint[] not null,
  sizes integer[] not null,
  hashes bytea not null
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500);
-- Hashes cannot be compressed.
alter table recipient_pending alter hashes set storage external;

-- The recipients of a dimension, or of a whole organization, who did something on a day: see sketch.ts for the format. Events that
-- are there already are counted by RebuildCounts.
create table recipient_sketch (
  dimension_id bigint not null,
  day integer not null,
  action smallint not null,
  sketch bytea not null,
  primary key (dimension_id, day, action)
);
alter table recipient_sketch alter sketch set storage external;
