-- How long the arrays of a commit are: a merge takes as many commits as it can do in good time, without reading them first.
alter table count_pending add column entries integer not null generated always as (cardinality(counts)) stored;
