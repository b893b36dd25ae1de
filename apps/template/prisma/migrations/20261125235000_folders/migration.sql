-- How people find templates again.
alter table template add column tags text[] not null default '{}';
alter table template add column folder text not null default '';
-- Null while it is not archived.
alter table template add column archive_time timestamptz(3);
