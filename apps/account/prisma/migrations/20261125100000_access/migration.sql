-- Who belongs to an organization, and what they may do. Every table has the organization in its keys and references, so
-- that no row of one organization can ever refer to a row of another.
alter table workspace
  add column parent_workspace_id uuid,
  add constraint workspace_organization_key unique (organization_id, workspace_id),
  add constraint workspace_parent_fkey foreign key (organization_id, parent_workspace_id)
    references workspace (organization_id, workspace_id) on update restrict on delete restrict;
create index workspace_parent_idx on workspace (parent_workspace_id);

create table role (
  role_id uuid primary key,
  organization_id uuid not null references organization (organization_id) on update restrict on delete restrict,
  display_name text not null,
  permissions integer[] not null,
  etag text not null,
  create_time timestamptz(3) not null,
  update_time timestamptz(3) not null
);
create unique index role_display_name_key on role (organization_id, display_name);
create unique index role_organization_key on role (organization_id, role_id);
create index role_list_idx on role (organization_id, create_time, role_id);

-- Either one of the four roles that all organizations have, or one of its own.
create table account_user (
  user_id uuid primary key,
  organization_id uuid not null references organization (organization_id) on update restrict on delete restrict,
  email text not null,
  display_name text not null,
  built_in_role text,
  role_id uuid,
  state smallint not null,
  etag text not null,
  create_time timestamptz(3) not null,
  update_time timestamptz(3) not null,
  constraint account_user_one_role check ((built_in_role is null) <> (role_id is null)),
  constraint account_user_role_fkey foreign key (organization_id, role_id)
    references role (organization_id, role_id) on update restrict on delete restrict
);
create unique index account_user_email_key on account_user (organization_id, email);
create unique index account_user_organization_key on account_user (organization_id, user_id);
create index account_user_list_idx on account_user (organization_id, create_time, user_id);
create index account_user_role_idx on account_user (role_id);

create table team (
  team_id uuid primary key,
  organization_id uuid not null references organization (organization_id) on update restrict on delete restrict,
  display_name text not null,
  built_in_role text,
  role_id uuid,
  etag text not null,
  create_time timestamptz(3) not null,
  update_time timestamptz(3) not null,
  constraint team_one_role check (built_in_role is null or role_id is null),
  constraint team_role_fkey foreign key (organization_id, role_id)
    references role (organization_id, role_id) on update restrict on delete restrict
);
create unique index team_display_name_key on team (organization_id, display_name);
create unique index team_organization_key on team (organization_id, team_id);
create index team_list_idx on team (organization_id, create_time, team_id);
create index team_role_idx on team (role_id);

create table team_member (
  team_id uuid not null,
  user_id uuid not null,
  organization_id uuid not null,
  create_time timestamptz(3) not null,
  primary key (team_id, user_id),
  constraint team_member_team_fkey foreign key (organization_id, team_id)
    references team (organization_id, team_id) on update restrict on delete cascade,
  constraint team_member_user_fkey foreign key (organization_id, user_id)
    references account_user (organization_id, user_id) on update restrict on delete cascade
);
create index team_member_user_idx on team_member (user_id);

-- The principal is a user or a team.
create table collaborator (
  workspace_id uuid not null,
  principal_id uuid not null,
  organization_id uuid not null,
  user_id uuid,
  team_id uuid,
  access smallint not null,
  create_time timestamptz(3) not null,
  primary key (workspace_id, principal_id),
  constraint collaborator_one_principal check (
    principal_id = user_id and team_id is null or principal_id = team_id and user_id is null
  ),
  constraint collaborator_workspace_fkey foreign key (organization_id, workspace_id)
    references workspace (organization_id, workspace_id) on update restrict on delete cascade,
  constraint collaborator_user_fkey foreign key (organization_id, user_id)
    references account_user (organization_id, user_id) on update restrict on delete cascade,
  constraint collaborator_team_fkey foreign key (organization_id, team_id)
    references team (organization_id, team_id) on update restrict on delete cascade
);
create index collaborator_user_idx on collaborator (user_id);
create index collaborator_team_idx on collaborator (team_id);

create table invitation (
  invitation_id uuid primary key,
  organization_id uuid not null references organization (organization_id) on update restrict on delete restrict,
  email text not null,
  built_in_role text,
  role_id uuid,
  token_hash bytea not null,
  create_time timestamptz(3) not null,
  expire_time timestamptz(3) not null,
  constraint invitation_one_role check ((built_in_role is null) <> (role_id is null)),
  constraint invitation_role_fkey foreign key (organization_id, role_id)
    references role (organization_id, role_id) on update restrict on delete restrict
);
create unique index invitation_email_key on invitation (organization_id, email);
create unique index invitation_token_hash_key on invitation (token_hash);
create index invitation_list_idx on invitation (organization_id, create_time, invitation_id);
create index invitation_role_idx on invitation (role_id);

create table api_key (
  api_key_id uuid primary key,
  organization_id uuid not null references organization (organization_id) on update restrict on delete restrict,
  display_name text not null,
  environment smallint not null,
  permissions integer[] not null,
  workspace_id uuid,
  calls_per_minute integer not null default 0,
  token_prefix text not null,
  token_hash bytea not null,
  previous_token_hash bytea,
  previous_expire_time timestamptz(3),
  expire_time timestamptz(3),
  etag text not null,
  create_time timestamptz(3) not null,
  update_time timestamptz(3) not null,
  constraint api_key_workspace_fkey foreign key (organization_id, workspace_id)
    references workspace (organization_id, workspace_id) on update restrict on delete restrict
);
create unique index api_key_token_hash_key on api_key (token_hash);
create index api_key_list_idx on api_key (organization_id, create_time, api_key_id);
create index api_key_workspace_idx on api_key (workspace_id);

-- Apart, as it is no change of the key: it is neither audited nor told to watchers.
create table api_key_use (
  api_key_id uuid primary key references api_key (api_key_id) on update restrict on delete cascade,
  organization_id uuid not null,
  last_use_time timestamptz(3) not null
);

-- What permissions follow from, as watchers are told of it: a row a fact, which triggers keep true. See
-- libs/change-feed for the revisions.
create table access_fact (
  fact_key text primary key,
  organization_id uuid not null,
  kind text not null,
  data jsonb not null,
  delete_time timestamptz(3),
  revision bigint not null default 0
);
create unique index access_fact_revision_key on access_fact (revision);
create index access_fact_deleted_idx on access_fact (delete_time);
insert into change_counter (feed) values ('access');

-- Whoever may change a watched table need not be able to change the counter by themselves.
alter function count_change() security definer;
alter function count_change() set search_path from current;
create trigger access_fact_count before insert or update on access_fact
  for each statement execute function count_change('access');
create trigger access_fact_count_row before insert or update or delete on access_fact
  for each row execute function count_change('access');

-- publish_fact(kind, columns of the key, columns that watchers are told).
create function publish_fact() returns trigger language plpgsql security definer set search_path from current as $$
declare
  changed jsonb;
  fact_name text := tg_argv[0];
  told jsonb;
begin
  if tg_op = 'DELETE' then changed := to_jsonb(old); else changed := to_jsonb(new); end if;
  select fact_name || '/' || string_agg(changed ->> part, '/' order by place) into fact_name
    from unnest(string_to_array(tg_argv[1], ',')) with ordinality as parts (part, place);
  if tg_op = 'DELETE' then
    update access_fact set delete_time = now(), data = '{}' where fact_key = fact_name and delete_time is null;
    return null;
  end if;
  select coalesce(jsonb_object_agg(part, changed -> part), '{}') into told
    from unnest(string_to_array(tg_argv[2], ',')) as parts (part);
  insert into access_fact (fact_key, organization_id, kind, data)
    values (fact_name, (changed ->> 'organization_id')::uuid, tg_argv[0], told)
    on conflict (fact_key) do update set data = excluded.data, delete_time = null
    where (access_fact.data, access_fact.delete_time) is distinct from (excluded.data, null::timestamptz);
  return null;
end
$$;

do $$
declare
  fact record;
begin
  for fact in select * from (values
    ('organization', 'organization_id', ''),
    ('workspace', 'workspace_id', 'workspace_id,parent_workspace_id'),
    ('role', 'role_id', 'role_id,permissions'),
    ('account_user', 'user_id', 'user_id,built_in_role,role_id,state'),
    ('team', 'team_id', 'team_id,built_in_role,role_id'),
    ('team_member', 'team_id,user_id', 'team_id,user_id'),
    ('collaborator', 'workspace_id,principal_id', 'workspace_id,user_id,team_id,access'),
    ('api_key', 'api_key_id', 'api_key_id,environment,permissions,workspace_id,calls_per_minute,token_hash,previous_token_hash,previous_expire_time,expire_time')
  ) as facts (name, key_columns, columns) loop
    -- Before any row is locked: two transactions cannot wait for each other's rows.
    execute format('create trigger a_%1$s_lock before insert or update or delete on %1$I
      for each statement execute function count_change(''access'')', fact.name);
    execute format('create trigger %1$s_publish after insert or update or delete on %1$I
      for each row execute function publish_fact(%1$L, %2$L, %3$L)', fact.name, fact.key_columns, fact.columns);
  end loop;
end
$$;
-- What was there before.
update organization set display_name = display_name;
update workspace set display_name = display_name;
