-- Containers that stand still while a volume of theirs is read. A row is written before its container is paused and goes after
-- it runs again: whoever finds one whose saga is not at work any more lets the container go on.
create table paused_containers (
  container_id    text primary key,
  node_id         text not null,                  -- Swarm's id: only its engine can let it go on
  saga_id         text not null,
  fence           bigint not null,                -- of the attempt that paused it
  ends_at         timestamptz not null,           -- database time; it goes on then, whatever the saga does
  paused_at       timestamptz not null default now()
);
create index paused_containers_by_node on paused_containers(node_id);

-- Restores of volumes wait for a backup of what is there.
create index restores_after_safety on restores(safety_backup_id) where safety_backup_id is not null;

-- When a restore began to empty its volume. One that ended badly after that has left a volume that nobody may start on before another
-- restore has filled it.
alter table restores add column emptied_at timestamptz;
