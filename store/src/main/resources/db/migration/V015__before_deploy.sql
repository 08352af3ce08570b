-- Backups that a deployment waits for before its release starts.

alter table deployments add column skip_backups boolean not null default false;

alter table backups add column deployment_id text;      -- outlives its deployment; null: none waits for it

-- however often a deployment asks, a schedule has one backup before it
-- beside the version before: it writes no deployment_id, and what has none meets nothing here
create unique index backups_of_deployment on backups(deployment_id, schedule_id) where deployment_id is not null;

create index schedules_before_deployments on backup_schedules(application_id) where application_id is not null;
