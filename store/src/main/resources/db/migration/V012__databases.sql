-- Databases beside the applications, and the long work on them.

create table databases (
  id              text primary key,
  name            text not null unique,           -- a host name inside the project
  project_id      text not null references projects(id),
  engine          text not null,                  -- DatabaseEngine
  version         text not null,
  config          jsonb not null,                 -- DatabaseConfig
  username        text not null,
  database        text not null,
  password_sealed text not null,                  -- sealed
  next_password_sealed text,                      -- sealed; while another one is being set
  external_host   text,                           -- of somebody else's server; null: ours
  external_port   int,
  external_tls    boolean not null default false, -- it must be talked to under TLS
  generation      int not null default 1,
  status          text not null default 'creating',
  stopped         boolean not null default false,
  node_id         text,                           -- where the data lies, Swarm's id of the node
  failure         jsonb,                          -- Failure of the last work
  deleting        boolean not null default false,
  keep_data       boolean not null default false, -- of one that is deleting: its volumes stay
  etag            bigint not null default 1,
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now()
);
create index databases_by_project on databases(project_id, id);

-- One row a server that holds or held data: the one that serves, the next one while it is filled, and former ones that
-- are kept as the way back until they are old. A volume is removed by a process of its node, which finds 'leaving'.
create table database_servers (
  database_id     text not null references databases(id) on delete cascade,
  generation      int not null,
  version         text not null,
  image           text not null,                  -- what runs, as the engine was told
  service         text not null,                  -- the Swarm service
  volume          text not null,                  -- as the engine calls it
  node_id         text not null,
  state           text not null check (state in ('filling', 'serving', 'former', 'leaving', 'removed')),
  created_at      timestamptz not null default now(),
  replaced_at     timestamptz,
  primary key (database_id, generation)
);
create unique index one_serving_server on database_servers(database_id) where state = 'serving';
create index leaving_servers on database_servers(node_id) where state = 'leaving';

create table database_work (
  id              text primary key,               -- also the saga's
  database_id     text not null references databases(id) on delete cascade,
  kind            text not null,                  -- DatabaseWork
  input           jsonb not null default '{}',    -- {config?, version?, restoreId?, removeData?}
  status          text not null default 'pending' check (status in ('pending', 'running', 'success', 'failed', 'cancelled')),
  step            text,                           -- what it does just now, in a person's words
  failure         jsonb,
  actor           text not null,
  created_at      timestamptz not null default now(),
  started_at      timestamptz,
  completed_at    timestamptz
);
create unique index one_work_per_database on database_work(database_id) where status in ('pending', 'running');
create index database_work_newest on database_work(database_id, created_at desc, id desc);

-- Volumes of databases on any node are taken away on this evidence, never because a row is missing.
create table removed_databases (
  id          text primary key,
  name        text not null,
  keep_data   boolean not null,
  removed_at  timestamptz not null default now()
);

create function remember_removed_database() returns trigger language plpgsql as $$
begin
  insert into removed_databases(id, name, keep_data) values (old.id, old.name, old.keep_data) on conflict (id) do nothing;
  return null;
end $$;
create trigger database_removed after delete on databases
  for each row execute function remember_removed_database();

create function tell_database() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then
    perform tell_event('database.removed', null, null, old.name);
  elsif tg_op = 'INSERT' or new.status <> old.status or new.etag <> old.etag then
    perform tell_event('database.changed', null, null, new.status);
  end if;
  return null;
end $$;
create trigger database_changed after insert or update or delete on databases
  for each row execute function tell_database();
