-- The second wall between organizations: what a transaction does for one of them, it does as this role, which sees and
-- writes that organization's rows only, whatever the query says. The role owns nothing and cannot log in.
do $$
begin
  begin
    create role kelp_account_tenant nologin nosuperuser nobypassrls noinherit;
  exception
    when duplicate_object or unique_violation then null; -- another database of this server has it already
    when insufficient_privilege then
      raise exception 'The role kelp_account_tenant is missing, and % may not create it. Let an administrator run: create role kelp_account_tenant nologin; grant kelp_account_tenant to %;', current_user, current_user;
  end;
  if not pg_has_role(current_user, 'kelp_account_tenant', 'member') then
    execute format('grant kelp_account_tenant to %I', current_user);
  end if;
  execute format('grant usage on schema %I to kelp_account_tenant', current_schema());
end
$$;

do $$
declare
  isolated text;
begin
  foreach isolated in array array['organization', 'workspace', 'connection', 'role', 'account_user', 'team', 'team_member',
    'collaborator', 'invitation', 'api_key', 'api_key_use'] loop
    execute format('alter table %I enable row level security', isolated);
    execute format('grant select, insert, update, delete on %I to kelp_account_tenant', isolated);
    execute format('create policy %1$s_tenant on %1$I to kelp_account_tenant
      using (organization_id = nullif(current_setting(''kelp.organization'', true), '''')::uuid)', isolated);
  end loop;
  foreach isolated in array array['audit_entry', 'audit_checkpoint'] loop
    execute format('alter table %I enable row level security', isolated);
    execute format('grant select on %I to kelp_account_tenant', isolated);
    execute format('create policy %1$s_tenant on %1$I for select to kelp_account_tenant
      using (organization_id = nullif(current_setting(''kelp.organization'', true), '''')::uuid)', isolated);
  end loop;
end
$$;
