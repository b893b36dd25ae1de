-- Who changed a draft last, as the call said.
alter table template add column draft_author text not null default '';

-- What drafts once were. A trigger writes it, so that no way of changing a draft forgets it.
create table template_revision (
  template_id uuid not null references template (template_id) on update restrict on delete cascade,
  revision integer not null,
  subject text not null,
  preheader text not null,
  mjml text not null,
  text text not null,
  document bytea,
  author text not null,
  create_time timestamptz(3) not null,
  primary key (template_id, revision)
);

create function keep_revision() returns trigger language plpgsql as $$
declare
  next integer;
begin
  -- The template's row is locked by its change, so no two changes of a template count at once.
  select coalesce(max(revision), 0) + 1 into next from template_revision where template_id = new.template_id;
  insert into template_revision values (new.template_id, next, new.draft_subject, new.draft_preheader, new.draft_mjml,
    new.draft_text, new.draft_document, new.draft_author, new.update_time);
  delete from template_revision where template_id = new.template_id and revision <= next - 500;
  return null;
end
$$;
create trigger template_created after insert on template for each row execute function keep_revision();
create trigger template_changed after update of draft_subject, draft_preheader, draft_mjml, draft_text, draft_document
  on template for each row when (
    (old.draft_subject, old.draft_preheader, old.draft_mjml, old.draft_text, old.draft_document) is distinct from
    (new.draft_subject, new.draft_preheader, new.draft_mjml, new.draft_text, new.draft_document)
  ) execute function keep_revision();

insert into template_revision
  select template_id, 1, draft_subject, draft_preheader, draft_mjml, draft_text, draft_document, '', update_time from template;
