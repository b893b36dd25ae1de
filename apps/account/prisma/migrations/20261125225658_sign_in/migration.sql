-- How people sign in. What proves who they are is sealed or hashed: nothing here lets a thief in.
create table password (
  user_id uuid primary key,
  organization_id uuid not null,
  sealed_hash text not null,
  set_time timestamptz(3) not null,
  constraint password_user_fkey foreign key (organization_id, user_id)
    references account_user (organization_id, user_id) on update restrict on delete cascade
);
create unique index password_organization_key on password (organization_id, user_id);

create table password_reset (
  user_id uuid primary key,
  organization_id uuid not null,
  token_hash bytea not null,
  expire_time timestamptz(3) not null,
  constraint password_reset_user_fkey foreign key (organization_id, user_id)
    references account_user (organization_id, user_id) on update restrict on delete cascade
);
create unique index password_reset_organization_key on password_reset (organization_id, user_id);
create unique index password_reset_token_hash_key on password_reset (token_hash);

create table totp (
  user_id uuid primary key,
  organization_id uuid not null,
  sealed_secret text not null,
  create_time timestamptz(3) not null,
  confirm_time timestamptz(3),
  constraint totp_user_fkey foreign key (organization_id, user_id)
    references account_user (organization_id, user_id) on update restrict on delete cascade
);
create unique index totp_organization_key on totp (organization_id, user_id);

-- Which code of an authenticator was the last. Apart, as it is no change of the authenticator.
create table totp_use (
  user_id uuid primary key,
  organization_id uuid not null,
  last_step bigint not null,
  constraint totp_use_totp_fkey foreign key (organization_id, user_id)
    references totp (organization_id, user_id) on update restrict on delete cascade
);
create unique index totp_use_organization_key on totp_use (organization_id, user_id);

create table recovery_code (
  user_id uuid not null,
  code_hash bytea not null,
  organization_id uuid not null,
  primary key (user_id, code_hash),
  constraint recovery_code_totp_fkey foreign key (organization_id, user_id)
    references totp (organization_id, user_id) on update restrict on delete cascade
);

create table sign_in_session (
  session_id uuid primary key,
  organization_id uuid not null,
  user_id uuid not null,
  scopes integer[] not null,
  totp boolean not null,
  user_agent text not null,
  address text not null,
  create_time timestamptz(3) not null,
  expire_time timestamptz(3) not null,
  end_time timestamptz(3),
  end_reason text,
  constraint sign_in_session_user_fkey foreign key (organization_id, user_id)
    references account_user (organization_id, user_id) on update restrict on delete cascade,
  constraint sign_in_session_ended_or_not check ((end_time is null) = (end_reason is null))
);
create unique index sign_in_session_organization_key on sign_in_session (organization_id, session_id);
create index sign_in_session_list_idx on sign_in_session (user_id, create_time, session_id);
create index sign_in_session_expire_idx on sign_in_session (expire_time);

-- Every refresh token that a session was given: the last one goes on, and each other betrays who uses it.
create table refresh_token (
  token_hash bytea primary key,
  organization_id uuid not null,
  session_id uuid not null,
  create_time timestamptz(3) not null,
  expire_time timestamptz(3) not null,
  use_time timestamptz(3),
  constraint refresh_token_session_fkey foreign key (organization_id, session_id)
    references sign_in_session (organization_id, session_id) on update restrict on delete cascade
);
create index refresh_token_session_idx on refresh_token (session_id, create_time);

-- A password was right, and a code is asked for.
create table sign_in_challenge (
  token_hash bytea primary key,
  organization_id uuid not null,
  user_id uuid not null,
  scopes integer[] not null,
  user_agent text not null,
  address text not null,
  expire_time timestamptz(3) not null,
  constraint sign_in_challenge_user_fkey foreign key (organization_id, user_id)
    references account_user (organization_id, user_id) on update restrict on delete cascade
);
create index sign_in_challenge_expire_idx on sign_in_challenge (expire_time);

-- How often somebody has tried: of which address or user is hashed, as there need be none.
create table sign_in_attempt (
  attempt_key bytea primary key,
  count integer not null,
  reset_time timestamptz(3) not null
);
create index sign_in_attempt_reset_idx on sign_in_attempt (reset_time);

do $$
declare
  isolated text;
  audited record;
begin
  foreach isolated in array array['password', 'password_reset', 'totp', 'totp_use', 'recovery_code', 'sign_in_session',
    'refresh_token', 'sign_in_challenge'] loop
    execute format('alter table %I enable row level security', isolated);
    execute format('grant select, insert, update, delete on %I to kelp_account_tenant', isolated);
    execute format('create policy %1$s_tenant on %1$I to kelp_account_tenant
      using (organization_id = nullif(current_setting(''kelp.organization'', true), '''')::uuid)', isolated);
  end loop;
  for audited in select * from (values
    ('password', 'user_id', '', 'insert or update or delete'),
    ('password_reset', 'user_id', 'token_hash', 'insert or update or delete'),
    ('totp', 'user_id', '', 'insert or update or delete'),
    ('recovery_code', 'user_id', 'code_hash', 'insert or delete'),
    -- That an old session is cleared away is no news: its end was.
    ('sign_in_session', 'session_id', '', 'insert or update')
  ) as tables (name, name_columns, secrets, events) loop
    execute format('create constraint trigger %1$s_audit after %4$s on %1$I
      deferrable initially deferred for each row execute function record_change(%2$L, %3$L)',
      audited.name, audited.name_columns, audited.secrets, audited.events);
  end loop;
end
$$;

-- Callers hear of a session that ended before its tokens did. The service ends the fact again when the tokens have ended.
create function publish_ended_session() returns trigger language plpgsql security definer set search_path from current as $$
begin
  insert into access_fact (fact_key, organization_id, kind, data)
    values ('ended_session/' || new.session_id, new.organization_id, 'ended_session',
      jsonb_build_object('session_id', new.session_id, 'user_id', new.user_id, 'end_time', new.end_time))
    on conflict (fact_key) do nothing;
  return null;
end
$$;
create trigger a_sign_in_session_lock before update on sign_in_session
  for each statement execute function count_change('access');
create trigger sign_in_session_publish after update on sign_in_session
  for each row when (old.end_time is null and new.end_time is not null) execute function publish_ended_session();

-- Who is suspended is signed out everywhere.
create function end_sessions_of_suspended() returns trigger language plpgsql security definer set search_path from current as $$
begin
  update sign_in_session set end_time = now(), end_reason = 'suspended'
    where organization_id = new.organization_id and user_id = new.user_id and end_time is null;
  delete from sign_in_challenge where organization_id = new.organization_id and user_id = new.user_id;
  return null;
end
$$;
create trigger account_user_suspended after update on account_user
  for each row when (old.state <> 2 and new.state = 2) execute function end_sessions_of_suspended();

-- Since when tokens that a key has signed are refused. What it has signed of audit logs stays good.
alter table signing_key add column token_end_time timestamptz(3);
create function publish_signing_key_end() returns trigger language plpgsql security definer set search_path from current as $$
begin
  update access_fact set delete_time = now(), data = '{}'
    where fact_key = 'signing_key/' || new.key_id and delete_time is null;
  return null;
end
$$;
create trigger a_signing_key_end_lock before update on signing_key
  for each statement execute function count_change('access');
create trigger signing_key_end after update on signing_key
  for each row when (old.token_end_time is null and new.token_end_time is not null)
  execute function publish_signing_key_end();
