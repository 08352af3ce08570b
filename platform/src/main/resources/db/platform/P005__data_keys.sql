-- Envelope encryption (docs/adr/017): values are sealed under data keys, and those are wrapped by a master key that is
-- never in the database.
--
--   coming --> sealing --> opening --> (row gone)
CREATE TABLE data_keys (
  id          text PRIMARY KEY,                   -- 8 hex digits, in every text that it sealed
  purpose     text NOT NULL CHECK (purpose IN ('seal', 'mark')),
  state       text NOT NULL CHECK (state IN ('coming', 'sealing', 'opening')),
  master      text NOT NULL,                      -- fingerprint of the master key that wraps it
  wrapped     text NOT NULL,                      -- base64 of nonce, ciphertext and tag
  created_at  timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX one_sealing_data_key ON data_keys (purpose) WHERE state = 'sealing';
CREATE UNIQUE INDEX one_coming_data_key ON data_keys (purpose) WHERE state = 'coming';

-- Which process knows which keys: a new one is used only once everybody can open with it, an old one goes only once
-- nobody seals with it.
CREATE TABLE key_holders (
  process    text PRIMARY KEY,
  masters    text[] NOT NULL,
  data_keys  text[] NOT NULL,
  sealing    text NOT NULL,
  seen_at    timestamptz NOT NULL DEFAULT now()
);
