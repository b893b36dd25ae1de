-- What proves the webhooks of providers that do not sign with a public key.
alter table connection
  add column secrets text[] not null default '{}',
  add column topic_arns text[] not null default '{}',
  add column allowed_addresses text[] not null default '{}';
