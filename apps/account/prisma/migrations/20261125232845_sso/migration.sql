-- What organizations sign in with instead of passwords, and for which domains of mail.
create table identity_provider (
  identity_provider_id uuid primary key,
  organization_id uuid not null references organization (organization_id) on update restrict on delete restrict,
  display_name text not null,
  issuer text not null,
  client_id text not null,
  sealed_client_secret text not null,
  client_secret_update_time timestamptz(3) not null,
  create_users boolean not null,
  built_in_role text,
  role_id uuid,
  etag text not null,
  create_time timestamptz(3) not null,
  update_time timestamptz(3) not null,
  constraint identity_provider_one_role check ((built_in_role is null) <> (role_id is null)),
  constraint identity_provider_role_fkey foreign key (organization_id, role_id)
    references role (organization_id, role_id) on update restrict on delete restrict
);
create unique index identity_provider_organization_key on identity_provider (organization_id, identity_provider_id);
create index identity_provider_list_idx on identity_provider (organization_id, create_time, identity_provider_id);
create index identity_provider_role_idx on identity_provider (role_id);

create table domain (
  domain_id uuid primary key,
  organization_id uuid not null references organization (organization_id) on update restrict on delete restrict,
  domain text not null,
  token text not null,
  -- The same as the domain, once it is proved: one organization at a time.
  proved_domain text,
  verify_time timestamptz(3),
  create_time timestamptz(3) not null,
  constraint domain_proved_or_not check (
    proved_domain = domain and verify_time is not null or proved_domain is null and verify_time is null
  )
);
create unique index domain_claim_key on domain (organization_id, domain);
create unique index domain_proved_key on domain (proved_domain);
create index domain_list_idx on domain (organization_id, create_time, domain_id);

-- As whom an identity provider knows a user.
create table user_identity (
  identity_provider_id uuid not null,
  subject text not null,
  organization_id uuid not null,
  user_id uuid not null,
  create_time timestamptz(3) not null,
  primary key (identity_provider_id, subject),
  constraint user_identity_provider_fkey foreign key (organization_id, identity_provider_id)
    references identity_provider (organization_id, identity_provider_id) on update restrict on delete cascade,
  constraint user_identity_user_fkey foreign key (organization_id, user_id)
    references account_user (organization_id, user_id) on update restrict on delete cascade
);
create index user_identity_user_idx on user_identity (user_id);

-- A browser that was sent to an identity provider, and is awaited.
create table sso_request (
  state_hash bytea primary key,
  browser_hash bytea not null,
  organization_id uuid not null,
  identity_provider_id uuid not null,
  scopes integer[] not null,
  user_agent text not null,
  address text not null,
  expire_time timestamptz(3) not null,
  constraint sso_request_provider_fkey foreign key (organization_id, identity_provider_id)
    references identity_provider (organization_id, identity_provider_id) on update restrict on delete cascade
);
create index sso_request_expire_idx on sso_request (expire_time);

do $$
declare
  isolated text;
  audited record;
begin
  foreach isolated in array array['identity_provider', 'domain', 'user_identity', 'sso_request'] loop
    execute format('alter table %I enable row level security', isolated);
    execute format('grant select, insert, update, delete on %I to kelp_account_tenant', isolated);
    execute format('create policy %1$s_tenant on %1$I to kelp_account_tenant
      using (organization_id = nullif(current_setting(''kelp.organization'', true), '''')::uuid)', isolated);
  end loop;
  for audited in select * from (values
    ('identity_provider', 'identity_provider_id'),
    ('domain', 'domain_id'),
    ('user_identity', 'identity_provider_id,user_id')
  ) as tables (name, name_columns) loop
    execute format('create constraint trigger %1$s_audit after insert or update or delete on %1$I
      deferrable initially deferred for each row execute function record_change(%2$L, '''')',
      audited.name, audited.name_columns);
  end loop;
end
$$;
