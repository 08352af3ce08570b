-- The journal of long work: one row per saga, one row per step it has begun.
--
--   waiting --> running --> done
--      |           |------> undoing --> undone
--      |           |------> stuck           (after the point of no return, or an undo that cannot work)
--      '-> cancelled                        (never ran)
CREATE TABLE sagas (
  id               text PRIMARY KEY,
  seq              bigint GENERATED ALWAYS AS IDENTITY,
  kind             text NOT NULL,
  version          integer NOT NULL,
  subject          text NOT NULL,
  exclusive        text,
  state            text NOT NULL DEFAULT 'waiting'
                   CHECK (state IN ('waiting', 'running', 'undoing', 'done', 'undone', 'stuck', 'cancelled')),
  input            jsonb NOT NULL,
  owner            text,
  fence            bigint NOT NULL DEFAULT 0,
  lease_until      timestamptz,
  cancel_requested boolean NOT NULL DEFAULT false,
  past_return      boolean NOT NULL DEFAULT false,
  error            jsonb,
  created_at       timestamptz NOT NULL DEFAULT now(),
  started_at       timestamptz,
  ended_at         timestamptz
);

-- What keeps two sagas off the same application: this index, not a lock.
CREATE UNIQUE INDEX sagas_one_active_per_exclusive ON sagas (exclusive) WHERE state IN ('running', 'undoing');
CREATE INDEX sagas_open ON sagas (seq) WHERE state IN ('waiting', 'running', 'undoing');
CREATE INDEX sagas_by_subject ON sagas (subject, seq);

CREATE TABLE saga_steps (
  saga_id    text NOT NULL REFERENCES sagas (id) ON DELETE CASCADE,
  n          integer NOT NULL,
  name       text NOT NULL,
  state      text NOT NULL CHECK (state IN ('running', 'done', 'failed', 'undone', 'cancelled')),
  attempt    integer NOT NULL DEFAULT 1,
  undone     boolean NOT NULL DEFAULT false,
  output     jsonb,
  error      jsonb,
  started_at timestamptz NOT NULL DEFAULT now(),
  ended_at   timestamptz,
  PRIMARY KEY (saga_id, n)
);
