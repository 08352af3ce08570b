-- Many nodes write into the log of one application. A stream's row says where it ends and who
-- writes it: {"<name>": {"opening": n, "batch": n, "last": seq, "at": {"<source>": "<mark>"}}}.
-- Both are defaults for a process of the version before, which stores segments alone: the end of a
-- stream is the greater one of last_seq and of what the segments say.
alter table log_streams
  add column last_seq bigint not null default 0,
  add column writers  jsonb not null default '{}';
