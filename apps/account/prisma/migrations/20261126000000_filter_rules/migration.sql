-- The filter's own rules, as kelp.account.v1.Filter is encoded.
alter table connection add column filter_rules bytea not null default '';
-- 0 where there is no limit.
alter table connection add column requests_per_second_max integer not null default 0;
