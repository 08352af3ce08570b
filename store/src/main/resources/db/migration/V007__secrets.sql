-- Variables of a project are inherited by its applications: each version of an application's variables says which
-- version of its project's variables it stands on.
alter table projects add column environment_version int not null default 0;
alter table environments add column project_version int not null default 0;

create table project_environments (
  project_id      text not null references projects(id) on delete cascade,
  version         int not null,
  items           jsonb not null,                 -- [{key, value (sealed), secret, updatedAt, updatedBy}]
  actor           text not null,
  project_version int not null default 0,         -- as in environments; a project inherits nothing
  created_at      timestamptz not null default now(),
  primary key (project_id, version)
);

-- Rotations of the keys that secrets are stored under, and how far each has come.
create table secret_rotations (
  id              text primary key,
  actor           text not null,
  state           text not null default 'waiting' check (state in ('waiting', 'running', 'done', 'failed')),
  data_key        text,                           -- the one that everything is sealed with afterwards
  sealed          bigint not null default 0,      -- rows sealed anew
  failure         jsonb,                          -- {code, detail, remedy}
  created_at      timestamptz not null default now(),
  ended_at        timestamptz
);
create index secret_rotations_newest on secret_rotations(created_at desc, id desc);
