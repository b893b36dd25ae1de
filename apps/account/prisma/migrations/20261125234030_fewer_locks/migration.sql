-- Changes of different organizations commit at once. Two things made them wait for each other's disk: a notification, for
-- which PostgreSQL lets one transaction commit at a time, and which nobody listened to; and the lock of the counter of
-- facts, which every update took, also of columns that are no part of a fact.
create or replace function record_change() returns trigger language plpgsql security definer set search_path from current as $$
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

  select * into head from audit_head where organization_id = organization for update;
  if not found then
    insert into audit_head (organization_id, sequence, hash) values (organization, 0, sha256(''))
      on conflict (organization_id) do nothing;
    select * into strict head from audit_head where organization_id = organization for update;
  end if;
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
  return null;
end
$$;

do $$
declare
  fact record;
begin
  for fact in select * from (values
    ('organization', 'organization_id', 'organization_id'),
    ('workspace', 'workspace_id', 'workspace_id,parent_workspace_id'),
    ('role', 'role_id', 'role_id,permissions'),
    ('account_user', 'user_id', 'user_id,built_in_role,role_id,state'),
    ('team', 'team_id', 'team_id,built_in_role,role_id')
  ) as facts (name, key_columns, columns) loop
    execute format('drop trigger a_%1$s_lock on %1$I', fact.name);
    execute format('drop trigger %1$s_publish on %1$I', fact.name);
    execute format('create trigger a_%1$s_lock before insert or delete or update of %2$s on %1$I
      for each statement execute function count_change(''access'')', fact.name, fact.columns);
    execute format('create trigger %1$s_publish after insert or delete or update of %3$s on %1$I
      for each row execute function publish_fact(%1$L, %2$L, %3$L)', fact.name, fact.key_columns, fact.columns);
  end loop;
end
$$;
