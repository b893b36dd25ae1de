-- Drafts in other languages: translations, by their keys, as {"key": [source text, translation]}.
create table template_localization (
  template_id uuid not null references template (template_id) on update restrict on delete cascade,
  language text not null,
  translations jsonb not null,
  update_time timestamptz(3) not null,
  primary key (template_id, language)
);

-- Versions in other languages.
alter table template_version add column languages text[] not null default '{}';
-- What the translations were, so that an unchanged draft is not published again.
alter table template_version add column translations_hash text not null default '';
create table template_version_localization (
  template_id uuid not null,
  version integer not null,
  language text not null,
  compiled text not null,
  primary key (template_id, version, language),
  foreign key (template_id, version) references template_version (template_id, version) on update restrict on delete restrict
);
create trigger template_version_localization_stays before update or delete on template_version_localization
  for each statement execute function refuse_change();
