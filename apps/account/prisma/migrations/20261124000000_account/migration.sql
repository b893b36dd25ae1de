create table organization (
  organization_id uuid primary key,
  display_name text not null,
  etag text not null,
  create_time timestamptz(3) not null,
  update_time timestamptz(3) not null
);
create index organization_list_idx on organization (create_time, organization_id);

create table workspace (
  workspace_id uuid primary key,
  organization_id uuid not null references organization (organization_id) on update restrict on delete restrict,
  display_name text not null,
  etag text not null,
  create_time timestamptz(3) not null,
  update_time timestamptz(3) not null
);
create unique index workspace_display_name_key on workspace (organization_id, display_name);
create index workspace_list_idx on workspace (organization_id, create_time, workspace_id);

-- A deleted connection stays for a while, so that watchers hear of its end. It may outlive its organization, which
-- only counts those that live.
create table connection (
  connection_id uuid primary key,
  organization_id uuid not null,
  live_organization_id uuid references organization (organization_id) on update restrict on delete restrict,
  display_name text not null,
  provider smallint not null,
  verification_keys text[] not null,
  accepted_types integer[] not null,
  known_templates_only boolean not null,
  etag text not null,
  create_time timestamptz(3) not null,
  update_time timestamptz(3) not null,
  delete_time timestamptz(3),
  revision bigint not null default 0,
  constraint connection_lives_or_not check (
    live_organization_id = organization_id and delete_time is null
    or live_organization_id is null and delete_time is not null
  )
);
create index connection_list_idx on connection (live_organization_id, create_time, connection_id);
create index connection_deleted_idx on connection (delete_time);
create unique index connection_revision_key on connection (revision);

-- What watchers of connections are told: see libs/change-feed.
create table change_counter (
  feed text primary key,
  revision bigint not null default 0,
  purged_revision bigint not null default 0,
  epoch uuid not null default gen_random_uuid()
);
insert into change_counter (feed) values ('connections');

create function count_change() returns trigger language plpgsql as $$
begin
  if tg_level = 'STATEMENT' then
    -- Before any row is locked: two statements cannot wait for each other's rows.
    perform from change_counter where feed = tg_argv[0] for update;
    return null;
  end if;
  if tg_op = 'DELETE' then
    if old.delete_time is null then
      raise exception 'Rows of % are watched: set delete_time instead of deleting them.', tg_table_name;
    end if;
    return old;
  end if;
  update change_counter set revision = revision + 1 where feed = tg_argv[0] returning revision into strict new.revision;
  perform pg_notify(tg_argv[0], '');
  return new;
end
$$;
create trigger connection_count before insert or update on connection
  for each statement execute function count_change('connections');
create trigger connection_count_row before insert or update or delete on connection
  for each row execute function count_change('connections');
