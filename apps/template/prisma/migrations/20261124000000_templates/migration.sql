create table template (
  template_id uuid primary key,
  organization_id uuid not null,
  workspace_id uuid,
  display_name text not null,
  draft_subject text not null,
  draft_mjml text not null,
  published_version integer not null default 0,
  etag text not null,
  create_time timestamptz(3) not null,
  update_time timestamptz(3) not null,
  revision bigint
);
create index template_list_idx on template (organization_id, create_time, template_id);
create unique index template_revision_key on template (revision);

create table template_version (
  template_id uuid not null references template (template_id) on update restrict on delete restrict,
  version integer not null,
  subject text not null,
  mjml text not null,
  merge_fields text[],
  compiled text not null,
  content_hash bytea not null,
  publish_time timestamptz(3) not null,
  primary key (template_id, version)
);

-- What was sent once can always be shown again.
create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'Rows of % never change.', tg_table_name;
end
$$;
create trigger template_version_stays before update or delete on template_version
  for each statement execute function refuse_change();

-- What watchers of published templates are told, see libs/change-feed. Nothing else than publishing is counted, so
-- people who edit drafts do not wait for each other. There are no tombstones: what was published stays.
create table change_counter (
  feed text primary key,
  revision bigint not null default 0,
  purged_revision bigint not null default 0,
  epoch uuid not null default gen_random_uuid()
);
insert into change_counter (feed) values ('published_templates');

create function count_change() returns trigger language plpgsql as $$
begin
  if tg_level = 'STATEMENT' then
    -- Before any row is locked: two statements cannot wait for each other's rows.
    perform from change_counter where feed = tg_argv[0] for update;
    return null;
  end if;
  update change_counter set revision = revision + 1 where feed = tg_argv[0] returning revision into strict new.revision;
  perform pg_notify(tg_argv[0], '');
  return new;
end
$$;
create trigger template_count before update of published_version on template
  for each statement execute function count_change('published_templates');
create trigger template_count_row before update of published_version on template
  for each row execute function count_change('published_templates');
