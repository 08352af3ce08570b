-- The hosts of the Swarm as the leader of the reconcile loop sees them, and what their operator wants of them. A wish is
-- a row that the leader carries out; if the leader dies, its successor finds it here.

create table nodes (
  id                  text primary key,           -- Swarm's own
  hostname            text not null,
  address             text not null,
  role                text not null,              -- manager | worker
  leader              boolean not null default false,
  state               text not null,              -- ready | down | disconnected | unknown
  availability        text not null,              -- active | pause | drain
  engine_version      text not null,
  cpus                int not null,
  memory_bytes        bigint not null,
  replicas            int not null default 0,     -- our tasks that run on it or are about to
  wanted_availability text,                       -- null: as it is
  wanted_removal      boolean not null default false,
  wanted_force        boolean not null default false,
  wanted_by           text,
  wanted_at           timestamptz,
  waiting_for         text,                       -- what the wish waits for, told by the leader
  version             bigint not null default 1,  -- ETag
  first_seen_at       timestamptz not null default now(),
  last_seen_at        timestamptz not null default now(),
  lost_at             timestamptz                 -- since when it is not ready
);

create function tell_node() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then
    perform tell_event('node.removed', null, null, old.hostname);
  elsif tg_op = 'INSERT' then
    perform tell_event('node.changed', null, null, new.state);
  elsif new.version <> old.version then
    perform tell_event('node.changed', null, null, new.state);
    if new.wanted_at is not null and new.wanted_at is distinct from old.wanted_at then
      perform pg_notify('nodes_wanted', new.id);    -- the leader need not wait for its next look
    end if;
  end if;
  return null;
end $$;
create trigger node_changed after insert or update or delete on nodes
  for each row execute function tell_node();
