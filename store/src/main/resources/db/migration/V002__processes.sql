-- Who is there: each process keeps its own row fresh. The ingresses have a table of their own, which they can
-- write to without the bus.
create table processes (
  id               text primary key,              -- owner of its sagas and leases, name on the bus
  role             text not null,
  version          text not null,
  host             text not null,
  node_id          text,                          -- Swarm node of its engine; null: it has none
  address          text,                          -- host:port in the cluster; null: not clustered
  management_port  int not null default 0,
  ready            boolean not null default false,
  draining         boolean not null default false,
  load             jsonb not null default '{}',
  started_at       timestamptz not null default now(),
  heartbeat_at     timestamptz not null default now()
);
alter table ingresses add column host text;
alter table ingresses add column version text;
alter table ingresses add column started_at timestamptz;
