-- The queue under storm (docs/adr/015). All columns may be null: the version before this one goes on inserting rows.
ALTER TABLE sagas
  ADD COLUMN place         bigint,       -- in line before seq; inherited from the request it supersedes, else null
  ADD COLUMN prefers       text,         -- the runner that has what this saga needs at hand
  ADD COLUMN prefers_until timestamptz,  -- and until when the others leave it to that runner
  ADD COLUMN ran_on        text,         -- the last owner; unlike owner it stays when the saga ends
  ADD COLUMN parked_from   text;         -- running or undoing: where a stuck saga goes on

-- Who looks for work of a kind, and how much at a time. Written by the look itself, every few seconds.
CREATE TABLE saga_runners (
  owner     text NOT NULL,
  kind      text NOT NULL,
  capacity  integer NOT NULL,
  seen_at   timestamptz NOT NULL,
  PRIMARY KEY (owner, kind)
);

-- The head of a kind's line, the saga to supersede, a runner's load, where an application was built last.
CREATE INDEX sagas_in_line ON sagas (kind, version, (coalesce(place, seq))) WHERE state = 'waiting';
CREATE INDEX sagas_waiting_by_exclusive ON sagas (exclusive) WHERE state = 'waiting';
CREATE INDEX sagas_at_work ON sagas (owner, kind) WHERE state IN ('running', 'undoing');
CREATE INDEX sagas_by_exclusive ON sagas (exclusive, kind, seq);
