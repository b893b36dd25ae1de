-- What changed, who changed it, and what was before. Triggers write it, in the transaction of the change and as its last
-- act, so that no change escapes it. Each entry's hash covers its body and the hash before it, of the same organization.
create table audit_entry (
  organization_id uuid not null,
  sequence bigint not null,
  -- The entry as it is hashed and exported, byte by byte: a JSON object.
  body text not null,
  previous_hash bytea not null,
  hash bytea not null,
  create_time timestamptz(3) not null,
  primary key (organization_id, sequence)
);

create table audit_head (
  organization_id uuid primary key,
  sequence bigint not null,
  hash bytea not null
);

-- Says that the chain had this hash at this entry: signed, so that a chain that was made anew does not fit.
create table audit_checkpoint (
  organization_id uuid not null,
  sequence bigint not null,
  hash bytea not null,
  create_time timestamptz(3) not null,
  key_id text not null,
  signature bytea not null,
  primary key (organization_id, sequence)
);

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'What % says is never changed.', tg_table_name;
end
$$;
create trigger audit_entry_final before update or delete or truncate on audit_entry
  for each statement execute function refuse_change();
create trigger audit_checkpoint_final before update or delete or truncate on audit_checkpoint
  for each statement execute function refuse_change();

-- record_change(columns of the name, columns that are secret).
create function record_change() returns trigger language plpgsql security definer set search_path from current as $$
declare
  before jsonb := case when tg_op <> 'INSERT' then to_jsonb(old) end;
  after jsonb := case when tg_op <> 'DELETE' then to_jsonb(new) end;
  row_now jsonb := coalesce(after, before);
  organization uuid := (row_now ->> 'organization_id')::uuid;
  secret text[] := string_to_array(tg_argv[1], ',');
  quiet constant text[] := array['etag', 'update_time', 'revision'];
  target text;
  changes jsonb;
  head audit_head;
  body text;
  now_text text := to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');
begin
  select string_agg(row_now ->> part, '/' order by place) into target
    from unnest(string_to_array(tg_argv[0], ',')) with ordinality as parts (part, place);
  select jsonb_object_agg(key, case
      when key = any (secret) then jsonb_build_object('secret', true)
      else jsonb_strip_nulls(jsonb_build_object('before', before -> key, 'after', after -> key)) end) into changes
    from jsonb_object_keys(row_now) as keys (key)
    where key <> all (quiet) and (before -> key) is distinct from (after -> key)
      and not (coalesce(before -> key, 'null') = 'null' and coalesce(after -> key, 'null') = 'null');
  if changes is null then return null; end if;

  insert into audit_head (organization_id, sequence, hash) values (organization, 0, sha256(''))
    on conflict (organization_id) do nothing;
  select * into strict head from audit_head where organization_id = organization for update;
  head.sequence := head.sequence + 1;
  body := jsonb_build_object(
    'sequence', head.sequence,
    'time', now_text,
    'action', tg_table_name || '.' || lower(tg_op),
    'target', target,
    'actor', coalesce(nullif(current_setting('kelp.actor', true), ''), ''),
    'caller', coalesce(nullif(current_setting('kelp.caller', true), ''), 'database:' || session_user),
    'requestId', coalesce(current_setting('kelp.request_id', true), ''),
    'changes', changes)::text;
  insert into audit_entry (organization_id, sequence, body, previous_hash, hash, create_time)
    values (organization, head.sequence, body, head.hash, sha256(head.hash || convert_to(body, 'UTF8')), now_text::timestamptz)
    returning audit_entry.hash into head.hash;
  update audit_head set sequence = head.sequence, hash = head.hash where organization_id = organization;
  perform pg_notify('audit', '');
  return null;
end
$$;

-- Deferred, so that the head of a chain is locked last, and for no longer than the commit takes.
do $$
declare
  audited record;
begin
  for audited in select * from (values
    ('organization', 'organization_id', ''),
    ('workspace', 'workspace_id', ''),
    ('connection', 'connection_id', 'verification_keys,secrets'),
    ('role', 'role_id', ''),
    ('account_user', 'user_id', ''),
    ('team', 'team_id', ''),
    ('team_member', 'team_id,user_id', ''),
    ('collaborator', 'workspace_id,principal_id', ''),
    ('invitation', 'invitation_id', 'token_hash'),
    ('api_key', 'api_key_id', 'token_hash,previous_token_hash')
  ) as tables (name, name_columns, secrets) loop
    execute format('create constraint trigger %1$s_audit after insert or update or delete on %1$I
      deferrable initially deferred for each row execute function record_change(%2$L, %3$L)',
      audited.name, audited.name_columns, audited.secrets);
  end loop;
end
$$;
