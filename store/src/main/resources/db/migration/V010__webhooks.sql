-- Webhooks: who may call, what came, and what came of it. What is refused leaves a count and nothing else.

create table webhook_secrets (
  application_id  text primary key references applications(id) on delete cascade,
  secret_sealed   text not null,                  -- sealed
  rotated_by      text not null,
  rotated_at      timestamptz not null default now()
);

create table webhook_refusals (
  application_id  text primary key references applications(id) on delete cascade,
  refused         bigint not null,
  last_at         timestamptz not null default now()
);

-- The inbox: a row stands here before the sender learns that its delivery was taken.
create table webhook_deliveries (
  id               text primary key,
  application_id   text not null references applications(id) on delete cascade,
  provider         text not null,
  sender_id        text not null,                 -- as the sender names the delivery; our id where it names none
  event            text not null,
  headers          jsonb not null,                -- without secrets and signatures
  body             bytea,                         -- as it was signed, 1 MiB at most; null: too old to be kept
  body_hash        text,                          -- null: the same body may come again and mean something new
  outcome          text not null,                 -- deployed | ignored | ping; unread within the transaction that takes it
  reason           text,                          -- why nothing was deployed
  detail           text,
  branch           text,
  tag              text,
  commit_sha       text,                          -- as told; what is deployed is in the deployment
  commit_message   text,
  committed_at     timestamptz,
  pusher           text,
  deployment_id    text,
  replay_of        text,
  attempts         int not null default 1,        -- how often it came
  received_at      timestamptz not null default now(),
  last_received_at timestamptz not null default now()
);
create unique index webhook_deliveries_once on webhook_deliveries(application_id, provider, sender_id);
create unique index webhook_bodies_once on webhook_deliveries(application_id, body_hash) where body_hash is not null;
create index webhook_deliveries_newest on webhook_deliveries(application_id, id desc);
create index webhook_deliveries_by_age on webhook_deliveries(received_at);
create index webhook_deliveries_tags on webhook_deliveries(application_id, committed_at)
  where tag is not null and outcome = 'deployed';
