-- Where backups lie, when they are taken, what became of each.

create table destinations (
  id              text primary key,
  name            text not null unique,
  type            text not null check (type in ('local', 's3', 'sftp')),
  settings        jsonb not null,                 -- without its secrets
  secrets_sealed  text,                           -- sealed; null when it has none
  checked_at      timestamptz,
  check_failure   jsonb,                          -- {code, detail, remedy}; null: the last check went well
  etag            bigint not null default 1,
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now()
);
-- the backup service's own folder in the data directory
insert into destinations(id, name, type, settings) values ('local', 'local', 'local', '{"type": "local", "path": "."}');

create table backup_schedules (
  id              text primary key,
  name            text not null,
  subject_kind    text not null check (subject_kind in ('database', 'volume', 'platform')),
  subject_id      text,
  subject_volume  text,
  destination_id  text not null references destinations(id),
  cron            text,
  time_zone       text not null default 'UTC',
  application_id  text references applications(id) on delete cascade, -- before whose deployments
  keep_days       int,
  keep_count      int,
  encrypted       boolean not null default false,
  pause_application boolean not null default false,
  enabled         boolean not null default true,
  next_run_at     timestamptz,                    -- database time; null: nothing is due
  last_run_at     timestamptz,
  etag            bigint not null default 1,
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  check ((cron is null) <> (application_id is null))
);
create unique index schedule_names on backup_schedules(subject_kind, coalesce(subject_id, ''), coalesce(subject_volume, ''), name);
create index schedules_due on backup_schedules(next_run_at) where enabled and next_run_at is not null;

create function forget_schedules() returns trigger language plpgsql as $$
begin
  delete from backup_schedules where subject_id = old.id;
  return null;
end $$;
create trigger database_schedules after delete on databases
  for each row execute function forget_schedules();
create trigger application_schedules after delete on applications
  for each row execute function forget_schedules();

create table backups (
  id              text primary key,               -- also the saga's
  subject_kind    text not null,
  subject_id      text,                           -- outlives its subject
  subject_volume  text,
  subject_name    text not null,
  project_id      text,
  engine          text,
  engine_version  text,
  schedule_id     text,                           -- outlives its schedule
  due_at          timestamptz,
  trigger         text not null,
  actor           text not null,
  destination_id  text not null references destinations(id),
  object_key      text,
  encrypted       boolean not null default false,
  status          text not null default 'pending' check (status in ('pending', 'running', 'stored', 'verified', 'failed', 'cancelled')),
  progress_bytes  bigint not null default 0,
  manifest        jsonb,                          -- Manifest
  failure         jsonb,                          -- Failure
  pinned          boolean not null default false,
  created_at      timestamptz not null default now(),
  started_at      timestamptz,
  stored_at       timestamptz,
  verified_at     timestamptz,
  completed_at    timestamptz,
  removed_at      timestamptz,
  -- of two services that find a schedule due, one asks
  unique (schedule_id, due_at)
);
create index backups_newest on backups(created_at desc, id desc);
create index backups_of_subject on backups(subject_kind, subject_id, created_at desc, id desc);
create index backups_of_schedule on backups(schedule_id, created_at desc) where schedule_id is not null;

create table restores (
  id              text primary key,
  backup_id       text not null references backups(id),
  target_kind     text not null,
  target_id       text not null,
  target_volume   text,
  generation      int not null default 0,
  only_parts      jsonb not null default '[]',
  in_place        boolean not null default false,
  safety_backup_id text,
  actor           text not null,
  status          text not null default 'waiting' check (status in ('waiting', 'pending', 'running', 'success', 'failed', 'cancelled')),
  progress_bytes  bigint not null default 0,
  total_bytes     bigint not null default 0,
  failure         jsonb,
  created_at      timestamptz not null default now(),
  started_at      timestamptz,
  completed_at    timestamptz
);
create index restores_newest on restores(created_at desc, id desc);
create index restores_of_target on restores(target_kind, target_id, created_at desc);

-- The keys that backups are encrypted with before they leave the host. Old ones stay: old backups need them.
create table backup_keys (
  id              text primary key,
  key_sealed      text not null,                  -- sealed
  created_at      timestamptz not null default now(),
  retired_at      timestamptz                     -- nothing new is encrypted with it
);
create unique index one_current_backup_key on backup_keys((true)) where retired_at is null;

create table alarms (
  id              text primary key,
  code            text not null,
  about           text not null,
  project_id      text,                           -- whose members see it; null: everybody's
  detail          text not null,
  remedy          text not null,
  raised_at       timestamptz not null default now(),
  cleared_at      timestamptz
);
create unique index one_alarm_of_a_kind on alarms(code, about) where cleared_at is null;
create index alarms_newest on alarms(raised_at desc, id desc);

create function tell_backup() returns trigger language plpgsql as $$
begin
  if new.status in ('verified', 'failed', 'cancelled') and (tg_op = 'INSERT' or new.status <> old.status) then
    perform tell_event('backup.finished', null, null, new.status);
  elsif tg_op = 'INSERT' or new.status <> old.status then
    perform tell_event('backup.changed', null, null, new.status);
  end if;
  return null;
end $$;
create trigger backup_changed after insert or update on backups
  for each row execute function tell_backup();

create function tell_alarm() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    perform tell_event('alarm.raised', null, null, new.code);
  elsif new.cleared_at is not null and old.cleared_at is null then
    perform tell_event('alarm.cleared', null, null, new.code);
  end if;
  return null;
end $$;
create trigger alarm_changed after insert or update on alarms
  for each row execute function tell_alarm();
