-- Who keeps which part of the house in order, what was collected, and how much is held.

-- A wish that every duty runs now. Written first; the duties find it when they look.
create table housekeeping_runs (
  id        bigint generated always as identity primary key,
  asked_by  text not null,
  asked_at  timestamptz not null default now()
);

-- One row a duty: database, node:<swarm node>, builder:<process>.
create table housekeeping_duties (
  duty        text primary key,
  attempt     text not null,                      -- whose run it is: another's unfinished one is done again
  started_at  timestamptz not null default now(),
  ended_at    timestamptz,
  next_at     timestamptz not null
);

create table housekeeping_results (
  id         bigint generated always as identity primary key,
  duty       text not null,
  what       text not null,
  collected  bigint not null,
  bytes      bigint not null,
  took_ms    bigint not null,
  error      text,
  at         timestamptz not null default now()
);

create table housekeeping_held (
  duty   text not null,
  what   text not null,
  count  bigint not null,
  bytes  bigint not null,
  at     timestamptz not null default now(),
  primary key (duty, what)
);

-- Volumes and containers on other nodes are taken away on this evidence, never because a row is missing:
-- a database that was restored from last week knows nothing of this week's applications.
create table removed_applications (
  id          text primary key,
  name        text not null,
  removed_at  timestamptz not null default now()
);

create function remember_removed_application() returns trigger language plpgsql as $$
begin
  insert into removed_applications(id, name) values (old.id, old.name) on conflict (id) do nothing;
  return null;
end $$;
create trigger application_removed after delete on applications
  for each row execute function remember_removed_application();

-- When a build last took this image instead of making one: what was just taken is not collected.
alter table images add column used_at timestamptz;
create index images_by_digest on images(digest);

-- What the questions of clean-up and of the lists go through.
create index releases_by_digest on releases((spec->>'imageDigest')) where state <> 'removed';
create index releases_by_image on releases((spec->>'image')) where state <> 'removed';
create index releases_present on releases(application_id, served_at desc) where state <> 'removed';
create index releases_running on releases(application_id) where state in ('candidate', 'serving', 'warm');
create index deployments_active on deployments(application_id) where status in ('pending', 'building', 'deploying');
create index sagas_by_end on sagas(ended_at) where state in ('done', 'undone', 'cancelled');
create index idempotency_keys_by_age on idempotency_keys(created_at);
