-- A body as a document of blocks, encoded as kelp.template.v1.Document; then there is no MJML beside it.
alter table template add column draft_document bytea;
alter table template_version add column document bytea;
