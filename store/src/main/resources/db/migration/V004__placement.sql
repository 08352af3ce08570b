-- On which node the data of an application lies, and who may let something write to it.

-- A volume stays where it was first placed. The fence goes up with every new owner: a service that carries an older one
-- was started by somebody who has been replaced.
create table volumes (
  application_id  text not null references applications(id) on delete cascade,
  name            text not null,                  -- as in the application's config
  engine_name     text not null,                  -- as the engine calls it
  node_id         text not null,                  -- Swarm's id of the node
  owner           text not null,                  -- saga or lease, and its fence
  fence           bigint not null,
  leaving         boolean not null default false, -- its node shall remove it, then this row
  created_at      timestamptz not null default now(),
  primary key (application_id, name)
);
create index volumes_by_node on volumes(node_id);

-- Replicas that failed their health checks on a node whose engine the leader cannot ask: a process of that node ends
-- them and removes the row.
create table replica_restarts (
  container_id    text primary key,
  node_id         text not null,
  application_id  text not null references applications(id) on delete cascade,
  reason          text not null,
  asked_at        timestamptz not null default now()
);
create index replica_restarts_by_node on replica_restarts(node_id);
