-- At most one task holds a key of a project at a time; docs/iron-compatibility.md says how long.
CREATE TABLE task_keys (
  project_id text COLLATE "C" NOT NULL,
  kind       integer NOT NULL,
  key        text COLLATE "C" NOT NULL,
  task_id    text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  PRIMARY KEY (project_id, kind, key)
);

CREATE INDEX task_keys_by_age ON task_keys (created_at);
