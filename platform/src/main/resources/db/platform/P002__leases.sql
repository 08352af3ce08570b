-- Things that at most one process owns at a time and for no particular saga: the reconcile loop, a node's containers.
-- The fence goes up with every new owner and never comes down: a released lease keeps its row.
CREATE TABLE leases (
  name         text PRIMARY KEY,
  owner        text,                              -- null: given back
  fence        bigint NOT NULL DEFAULT 0,
  lease_until  timestamptz NOT NULL DEFAULT now()
);
