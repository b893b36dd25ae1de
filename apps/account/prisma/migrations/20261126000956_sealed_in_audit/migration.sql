-- What is sealed stands in no entry of the audit log, and sealing it anew makes none: each table says so itself, whatever
-- the function does that all of them share.
do $$
declare
  audited record;
begin
  for audited in select * from (values
    ('connection', 'connection_id', 'verification_keys,secrets,sealed_secrets', 'sealed_secrets'),
    ('password', 'user_id', 'sealed_hash', 'sealed_hash'),
    ('totp', 'user_id', 'sealed_secret', 'sealed_secret'),
    ('identity_provider', 'identity_provider_id', 'sealed_client_secret', 'sealed_client_secret')
  ) as tables (name, name_columns, secrets, sealed) loop
    execute format('drop trigger %1$s_audit on %1$I', audited.name);
    execute format('create constraint trigger %1$s_audit after insert or delete on %1$I
      deferrable initially deferred for each row execute function record_change(%2$L, %3$L)',
      audited.name, audited.name_columns, audited.secrets);
    execute format('create constraint trigger %1$s_audit_update after update on %1$I
      deferrable initially deferred for each row when (to_jsonb(old) - %4$L is distinct from to_jsonb(new) - %4$L)
      execute function record_change(%2$L, %3$L)',
      audited.name, audited.name_columns, audited.secrets, audited.sealed);
  end loop;
end
$$;
