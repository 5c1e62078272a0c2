-- At most one task holds a key of a project at a time; docs/iron-compatibility.md says how long.
CREATE TABLE task_keys (
  project_id TEXT NOT NULL,
  kind       INTEGER NOT NULL,
  key        TEXT NOT NULL,
  task_id    TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (project_id, kind, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX task_keys_by_age ON task_keys (created_at);
