-- What a message says besides its subject and its body. Processes of the version before write neither.
alter table template add column draft_preheader text not null default '';
alter table template add column draft_text text not null default '';
alter table template_version add column preheader text not null default '';
alter table template_version add column text text not null default '';
