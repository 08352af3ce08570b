-- Who may come in, and what he may do where. Passwords, sessions, invitations and recovery codes are kept as hashes.

create table organizations (
  id          text primary key,
  name        text not null unique,
  created_at  timestamptz not null default now()
);
insert into organizations(id, name) values ('org_default', 'default');

-- A project that the version before adds belongs to the one organization there is.
alter table projects add column organization_id text not null default 'org_default' references organizations(id);
create index projects_by_organization on projects(organization_id);

create table users (
  id                   text primary key,
  email                text not null unique,      -- lower case
  name                 text not null,
  password_hash        text,                      -- Argon2id with its parameters; null: signs in elsewhere only
  password_changed_at  timestamptz,
  totp_sealed          text,                      -- sealed
  totp_confirmed_at    timestamptz,               -- null: the second factor is not asked for yet
  totp_last_step       bigint not null default 0, -- a code is taken once: none of this step or before
  created_at           timestamptz not null default now()
);

create table memberships (
  user_id          text not null references users(id) on delete cascade,
  organization_id  text not null references organizations(id) on delete cascade,
  project_id       text references projects(id) on delete cascade,  -- null: the whole organization
  role             text not null,                 -- viewer | developer | admin | owner
  created_at       timestamptz not null default now()
);
create unique index one_role_in_organization on memberships(user_id, organization_id) where project_id is null;
create unique index one_role_in_project on memberships(user_id, project_id) where project_id is not null;
create index memberships_by_project on memberships(project_id);

create table sessions (
  id            text primary key,
  user_id       text not null references users(id) on delete cascade,
  hash          text not null unique,             -- SHA-256 of the cookie: it has 256 random bits
  address       text not null,
  user_agent    text not null,
  created_at    timestamptz not null default now(),
  last_seen_at  timestamptz not null default now(),
  expires_at    timestamptz not null              -- whatever it is used for
);
create index sessions_by_user on sessions(user_id);

create table invitations (
  id               text primary key,
  hash             text not null unique,
  email            text not null,
  role             text not null,
  organization_id  text not null references organizations(id) on delete cascade,
  project_id       text references projects(id) on delete cascade,
  invited_by       text not null,
  created_at       timestamptz not null default now(),
  expires_at       timestamptz not null
);

create table recovery_codes (
  user_id  text not null references users(id) on delete cascade,
  hash     text not null,
  primary key (user_id, hash)
);

-- How often somebody tried to sign in, counted for all gateways: when the next try would be on time if all came evenly.
create table sign_in_limits (
  subject  text primary key,                      -- hash of an account's or an address' name
  due_at   timestamptz not null
);
create index sign_in_limits_by_age on sign_in_limits(due_at);

-- Who a provider of identities says somebody is.
create table external_identities (
  issuer   text not null,
  subject  text not null,
  user_id  text not null references users(id) on delete cascade,
  primary key (issuer, subject)
);
create index external_identities_by_user on external_identities(user_id);

-- Sign-ins that are on their way through such a provider.
create table external_sign_ins (
  state_hash       text primary key,
  nonce            text not null,
  verifier_sealed  text not null,                 -- sealed
  expires_at       timestamptz not null
);

-- Keys of the installation have neither.
alter table api_keys add column user_id text references users(id) on delete cascade;
alter table api_keys add column project_id text references projects(id) on delete cascade;
create index api_keys_by_user on api_keys(user_id);
