-- Keys that sign tokens and checkpoints. The private half is encrypted with a key that the database does not have.
create table signing_key (
  key_id text primary key,
  public_key bytea not null,
  sealed_private_key text not null,
  create_time timestamptz(3) not null default now()
);
create index signing_key_newest_idx on signing_key (create_time);

-- Callers verify tokens themselves, with what they are told here. The organization is none.
create function publish_signing_key() returns trigger language plpgsql security definer set search_path from current as $$
begin
  if tg_op = 'DELETE' then
    update access_fact set delete_time = now(), data = '{}' where fact_key = 'signing_key/' || old.key_id;
    return null;
  end if;
  insert into access_fact (fact_key, organization_id, kind, data)
    values ('signing_key/' || new.key_id, '00000000-0000-0000-0000-000000000000', 'signing_key',
      jsonb_build_object('key_id', new.key_id, 'public_key', new.public_key))
    on conflict (fact_key) do nothing;
  return null;
end
$$;
create trigger a_signing_key_lock before insert or delete on signing_key
  for each statement execute function count_change('access');
create trigger signing_key_publish after insert or delete on signing_key
  for each row execute function publish_signing_key();
