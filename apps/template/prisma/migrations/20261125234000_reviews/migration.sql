-- Who has to approve. An organization's own policy has the workspace 0.
create table review_policy (
  organization_id uuid not null,
  workspace_id uuid not null default '00000000-0000-0000-0000-000000000000',
  -- The stages, as kelp.template.v1.ReviewPolicy is encoded.
  policy bytea not null,
  etag text not null,
  update_time timestamptz(3) not null,
  primary key (organization_id, workspace_id)
);

create table template_review (
  template_id uuid not null references template (template_id) on update restrict on delete cascade,
  review integer not null,
  -- As kelp.template.v1 numbers them.
  kind integer not null,
  state integer not null,
  -- What the draft said, in all its languages.
  draft_hash bytea not null,
  requester text not null,
  -- The stage, as kelp.template.v1.ReviewStage is encoded.
  stage bytea not null,
  create_time timestamptz(3) not null,
  update_time timestamptz(3) not null,
  primary key (template_id, review)
);
-- At most one of a kind is pending.
create unique index template_review_pending on template_review (template_id, kind) where state = 1;
create index template_review_approved on template_review (template_id, kind, draft_hash) where state = 2;

create table template_review_step (
  template_id uuid not null,
  review integer not null,
  step integer not null,
  action integer not null,
  actor text not null,
  comment text not null,
  time timestamptz(3) not null,
  primary key (template_id, review, step),
  foreign key (template_id, review) references template_review (template_id, review) on update restrict on delete cascade
);

create table template_comment (
  comment_id uuid primary key,
  template_id uuid not null references template (template_id) on update restrict on delete cascade,
  -- The remark that it answers; null for a remark.
  remark_id uuid references template_comment (comment_id) on update restrict on delete cascade,
  block text not null,
  text text not null,
  mentions text[] not null,
  author text not null,
  create_time timestamptz(3) not null,
  edit_time timestamptz(3),
  -- Of a remark, whose thread it ends.
  resolve_time timestamptz(3),
  resolver text not null default ''
);
create index template_comment_list on template_comment (template_id, create_time, comment_id);
create index template_comment_thread on template_comment (remark_id);
