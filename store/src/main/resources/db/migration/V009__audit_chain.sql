-- Who did it from where, what was before and after, and the chain that shows when rows are edited, removed or reordered.

alter table audit
  add column actor_id       text,
  add column actor_kind     text,
  add column address        text,
  add column user_agent     text,
  add column request_id     text,
  add column before         json,                -- json, not jsonb: the hash is over the text as it was written
  add column after          json,
  add column seq            bigint,              -- its place in the chain; null: committed, not chained yet
  add column previous_hash  text,
  add column hash           text;

-- True for the rows that are there now, false for whatever is written from now on, also by the version before.
alter table audit add column before_chain boolean not null default true;
alter table audit alter column before_chain set default false;

-- beside the version before: it leaves seq null, and nulls do not count as equal
create unique index audit_chain on audit(seq);
create index audit_unchained on audit(id) where seq is null;
create index audit_by_subject on audit(subject, id desc);
create index audit_by_actor on audit(actor, id desc);

-- The end of the chain. Whoever chains rows holds it, so the chain never forks.
create table audit_head (
  one   boolean primary key default true check (one),
  seq   bigint not null,
  hash  text not null
);
insert into audit_head(seq, hash) values (0, repeat('0', 64));

-- Ed25519 key of the installation that signs checkpoints.
create table audit_keys (
  one             boolean primary key default true check (one),
  public_key      text not null,
  private_sealed  text not null,                 -- sealed
  created_at      timestamptz not null default now()
);

-- The newest, and one for every hundred rows.
create table audit_checkpoints (
  seq           bigint primary key,
  purpose       text not null,
  installation  text not null,
  hash          text not null,
  at            timestamptz not null,
  key_id        text not null,
  signature     text not null
);

-- An honest mistake is refused here; whoever owns the database can drop this, and the chain shows it.
create function audit_is_append_only() returns trigger language plpgsql as $$
begin
  raise exception 'audit rows are neither changed nor removed' using errcode = 'integrity_constraint_violation';
end $$;
create trigger audit_no_change before update of id, at, actor, action, subject, details, actor_id, actor_kind, address,
    user_agent, request_id, before, after, before_chain or delete on audit
  for each row execute function audit_is_append_only();
create trigger audit_no_unchaining before update of seq, previous_hash, hash on audit
  for each row when (old.seq is not null) execute function audit_is_append_only();
create trigger audit_no_truncation before truncate on audit
  for each statement execute function audit_is_append_only();
