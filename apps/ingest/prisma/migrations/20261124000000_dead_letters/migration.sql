-- What was verified and could not be handled.
create table dead_letter (
  dead_letter_id uuid primary key,
  digest bytea not null,
  kind smallint not null,
  connection text not null,
  message text not null,
  payload bytea not null,
  create_time timestamptz(3) not null
);
create unique index dead_letter_digest_key on dead_letter (digest);
create index dead_letter_kind_idx on dead_letter (kind, dead_letter_id);
