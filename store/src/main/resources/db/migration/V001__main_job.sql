-- The tables of the main job. Sagas and their journal are the platform's own (db/platform).
-- Times are the database's: every lease, order and age is judged by one clock.

create table installation (
  id            text primary key,                 -- 12 hex digits, in every label and name
  created_at    timestamptz not null default now()
);

create table projects (
  id            text primary key,
  name          text not null unique,
  created_at    timestamptz not null default now(),
  updated_at    timestamptz not null default now()
);

create table applications (
  id                  text primary key,
  name                text not null unique,       -- a host name: one namespace for all projects
  project_id          text not null references projects(id),
  config              jsonb not null,             -- ApplicationConfig
  status              text not null default 'idle',
  stopped             boolean not null default false,
  current_release_id  text,
  published_address   text,                       -- host:port when it asked for a port of its own
  environment_version int not null default 0,
  deployments_made    int not null default 0,     -- numbers of the next ones
  releases_made       int not null default 0,
  version             bigint not null default 1,  -- ETag
  deleting            boolean not null default false,
  created_at          timestamptz not null default now(),
  updated_at          timestamptz not null default now()
);
create index applications_by_project on applications(project_id, id);

-- Who answers a host: kept apart from the config so that two applications never claim one.
create table domains (
  host            text primary key,
  application_id  text not null references applications(id) on delete cascade,
  created_at      timestamptz not null default now()
);
create index domains_by_application on domains(application_id);

create table environments (
  application_id  text not null references applications(id) on delete cascade,
  version         int not null,
  items           jsonb not null,                 -- [{key, value (sealed), secret, updatedAt, updatedBy}]
  actor           text not null,
  created_at      timestamptz not null default now(),
  primary key (application_id, version)
);

create table releases (
  id              text primary key,
  application_id  text not null references applications(id) on delete cascade,
  number          int not null,
  deployment_id   text not null,
  spec            jsonb not null,                 -- ReleaseSpec, immutable
  state           text not null default 'candidate',
  created_at      timestamptz not null default now(),
  served_at       timestamptz,
  replaced_at     timestamptz,
  unique (application_id, number)
);
create unique index one_serving_release on releases(application_id) where state = 'serving';

create table deployments (
  id                text primary key,
  application_id    text not null references applications(id) on delete cascade,
  number            int not null,
  status            text not null default 'pending',
  trigger           text not null,
  actor             text not null,
  title             text,
  requested_commit  text,
  commit_sha        text,
  commit_message    text,
  branch            text,
  image_digest      text,
  release_id        text,
  rollback_of       text,
  reason            text,
  failure           jsonb,                        -- Failure
  created_at        timestamptz not null default now(),
  started_at        timestamptz,
  completed_at      timestamptz,
  unique (application_id, number)
);
-- Not a lock but a fact of the table: one deployment of an application at work.
create unique index one_active_deployment on deployments(application_id) where status in ('building', 'deploying');
create index deployments_newest on deployments(created_at desc, id desc);
create index deployments_of_application on deployments(application_id, created_at desc, id desc);

-- What has been built already: same commit, plan and build environment -> same image.
create table images (
  fingerprint     text primary key,
  application_id  text not null references applications(id) on delete cascade,
  reference       text not null,
  digest          text not null,
  start_command   text,
  port            int,
  created_at      timestamptz not null default now()
);

create table log_streams (
  stream      text primary key,                   -- d:<deployment> or a:<application>
  ended       boolean not null default false,
  status      text,
  source_at   text,                               -- where a follower resumes in its source
  updated_at  timestamptz not null default now()
);
create table log_segments (
  stream      text not null,
  first_seq   bigint not null,
  last_seq    bigint not null,
  lines       bytea not null,                     -- NDJSON of public line objects
  created_at  timestamptz not null default now(),
  primary key (stream, last_seq)
);
alter table log_segments alter column lines set storage external;

create sequence routes_version;
create table routes (
  host            text primary key,
  application_id  text not null references applications(id) on delete cascade,
  release_id      text not null,
  state           text not null,
  targets         jsonb not null
);
create index routes_by_application on routes(application_id);
create table routes_head (one boolean primary key default true check (one), version bigint not null default 0);
insert into routes_head default values;

create table ingresses (
  id              text primary key,
  routes_version  bigint not null,
  in_flight       jsonb not null default '{}',    -- {release id: requests and sockets}
  heartbeat_at    timestamptz not null default now()
);

create table api_keys (
  id            text primary key,
  name          text not null,
  hash          text not null unique,             -- SHA-256 of the key: it has 160 random bits
  prefix        text not null,
  scopes        text[] not null,
  created_at    timestamptz not null default now(),
  expires_at    timestamptz,
  last_used_at  timestamptz
);

create table events (
  id              bigint generated always as identity primary key,
  type            text not null,
  application_id  text,
  deployment_id   text,
  status          text,
  at              timestamptz not null default now()
);

create table audit (
  id        bigint generated always as identity primary key,
  at        timestamptz not null default now(),
  actor     text not null,
  action    text not null,
  subject   text not null,
  details   jsonb not null default '{}'
);

create table idempotency_keys (
  key         text not null,
  actor       text not null,
  request     text not null,                      -- what it was used for: method, path and body's hash
  resource    text not null,                      -- id of what was made
  created_at  timestamptz not null default now(),
  primary key (actor, key)
);

-- Changes tell themselves: whoever writes a status cannot forget the event.
create function tell_event(type text, application text, deployment text, new_status text) returns void
language plpgsql as $$
declare event_id bigint;
begin
  insert into events(type, application_id, deployment_id, status)
    values (type, application, deployment, new_status) returning id into event_id;
  perform pg_notify('events', event_id::text);
end $$;

create function tell_deployment() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' or new.status <> old.status then
    perform tell_event('deployment.changed', new.application_id, new.id, new.status);
  end if;
  return null;
end $$;
create trigger deployment_changed after insert or update of status on deployments
  for each row execute function tell_deployment();

create function tell_application() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then
    perform tell_event('application.removed', old.id, null, null);
  elsif tg_op = 'INSERT' then
    perform tell_event('application.changed', new.id, null, new.status);
  elsif new.status <> old.status or new.version <> old.version
      or new.current_release_id is distinct from old.current_release_id then
    perform tell_event('application.changed', new.id, null, new.status);
  end if;
  return null;
end $$;
create trigger application_changed after insert or update or delete on applications
  for each row execute function tell_application();

-- One version for the whole table, taken and told in the transaction that changes a route.
create function tell_routes() returns trigger language plpgsql as $$
begin
  update routes_head set version = nextval('routes_version');
  perform pg_notify('routes_changed', '');
  return null;
end $$;
create trigger routes_told after insert or update or delete on routes
  for each statement execute function tell_routes();
