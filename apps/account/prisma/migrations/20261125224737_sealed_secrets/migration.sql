-- What only a connection's provider and Kelp know, encrypted with a key that the database does not have. The service moves
-- there what an earlier release left in `secrets`: this script has no key.
alter table connection
  add column sealed_secrets text,
  add column secrets_update_time timestamptz(3);

-- Encrypting the same anew, with another key, changes nothing that watchers would have to hear of.
drop trigger connection_count_row on connection;
create trigger connection_count_row before insert or delete on connection
  for each row execute function count_change('connections');
create trigger connection_count_update before update on connection
  for each row when (to_jsonb(old) - 'sealed_secrets' is distinct from to_jsonb(new) - 'sealed_secrets')
  execute function count_change('connections');

-- As before; and what is sealed (`sealed_…`) stands in no entry: beside it stands when it last changed.
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
    where key <> all (quiet) and not starts_with(key, 'sealed_') and (before -> key) is distinct from (after -> key)
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
