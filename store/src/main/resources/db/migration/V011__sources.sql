-- Archives of source that were sent instead of fetched, by the hash of their content. Parts of half a megabyte: a
-- builder on any host reads them one by one, and nobody ever holds an archive whole.
create table source_archives(
  id text primary key,
  bytes bigint not null,
  files int not null,
  created_at timestamptz not null default now(),
  used_at timestamptz not null default now()
);

create table source_archive_parts(
  archive_id text not null references source_archives(id) on delete cascade,
  number int not null,
  content bytea not null,
  primary key (archive_id, number)
);

-- compressed already
alter table source_archive_parts alter column content set storage external;

alter table deployments add column archive_id text;
create index deployments_archive on deployments(archive_id) where archive_id is not null;

-- A key of our own for each application, to be let in by its repository's server.
create table deploy_keys(
  application_id text primary key references applications(id) on delete cascade,
  public_key text not null,
  fingerprint text not null,
  private_sealed text not null, -- sealed
  created_at timestamptz not null default now(),
  created_by text not null
);

-- What an application's repository asks for over HTTP: a token, or the key of a GitHub App.
create table source_credentials(
  application_id text primary key references applications(id) on delete cascade,
  kind text not null check (kind in ('token', 'github-app')),
  settings jsonb not null,
  secret_sealed text not null, -- sealed
  updated_at timestamptz not null default now(),
  updated_by text not null
);

-- The keys by which hosts of repositories are known; the first one seen is kept until somebody says otherwise.
create table known_hosts(
  id text primary key,
  host text not null,
  key text not null,
  fingerprint text not null,
  confirmed_by text,
  created_at timestamptz not null default now(),
  unique (host, key)
);

-- Registries that ask for credentials, by host and port.
create table registries(
  id text primary key,
  name text not null unique,
  address text not null unique,
  username text not null,
  password_sealed text not null, -- sealed
  updated_at timestamptz not null default now(),
  updated_by text not null
);
