CREATE TABLE settings (
  name  TEXT NOT NULL PRIMARY KEY,
  value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- How often this file was opened: each start gives out keys from a block of its own.
CREATE TABLE key_blocks (
  only_row INTEGER NOT NULL PRIMARY KEY CHECK (only_row = 1),
  block    INTEGER NOT NULL
) STRICT;

CREATE TABLE users (
  id         TEXT NOT NULL PRIMARY KEY,
  name       TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE user_tokens (
  id         TEXT NOT NULL PRIMARY KEY,
  user_id    TEXT NOT NULL REFERENCES users (id),
  hash       BLOB NOT NULL UNIQUE,
  label      TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE projects (
  id                 TEXT NOT NULL PRIMARY KEY,
  user_id            TEXT NOT NULL REFERENCES users (id),
  name               TEXT NOT NULL,
  default_cluster_id TEXT,
  created_at         INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE clusters (
  id          TEXT NOT NULL PRIMARY KEY,
  user_id     TEXT NOT NULL REFERENCES users (id),
  name        TEXT NOT NULL,
  memory      INTEGER NOT NULL,
  disk_space  INTEGER NOT NULL,
  cpu_share   INTEGER NOT NULL,
  max_timeout INTEGER NOT NULL,
  created_at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE cluster_tokens (
  id         TEXT NOT NULL PRIMARY KEY,
  cluster_id TEXT NOT NULL REFERENCES clusters (id),
  hash       BLOB NOT NULL UNIQUE,
  sealed     BLOB NOT NULL,
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE codes (
  id         TEXT NOT NULL PRIMARY KEY,
  project_id TEXT NOT NULL REFERENCES projects (id),
  name       TEXT NOT NULL,
  rev        INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  UNIQUE (project_id, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE code_revisions (
  code_id          TEXT NOT NULL REFERENCES codes (id),
  rev              INTEGER NOT NULL,
  id               TEXT NOT NULL,
  image            TEXT NOT NULL,
  command          TEXT NOT NULL,
  config           BLOB,
  env_vars         TEXT NOT NULL,
  retries          INTEGER NOT NULL,
  retries_delay    INTEGER NOT NULL,
  default_priority INTEGER NOT NULL,
  max_concurrency  INTEGER NOT NULL,
  lease_seconds    INTEGER NOT NULL,
  max_losses       INTEGER NOT NULL,
  created_at       INTEGER NOT NULL,
  PRIMARY KEY (code_id, rev)
) STRICT, WITHOUT ROWID;

-- Only codes with a limit have a row; most = 0 when the limit was lifted.
CREATE TABLE code_limits (
  code_id TEXT NOT NULL PRIMARY KEY,
  most    INTEGER NOT NULL,
  taken   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE sessions (
  id              TEXT NOT NULL PRIMARY KEY,
  cluster_id      TEXT NOT NULL REFERENCES clusters (id),
  credential_hash BLOB NOT NULL UNIQUE,
  phase           INTEGER NOT NULL,
  name            TEXT NOT NULL,
  version         TEXT NOT NULL,
  slots           INTEGER NOT NULL,
  executor        TEXT NOT NULL,
  created_at      INTEGER NOT NULL,
  seen_at         INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX sessions_live ON sessions (cluster_id) WHERE phase < 2;

CREATE TABLE lanes (
  id         INTEGER NOT NULL PRIMARY KEY,
  cluster_id TEXT NOT NULL,
  code_id    TEXT NOT NULL,
  labels     TEXT NOT NULL,
  UNIQUE (cluster_id, code_id, labels)
) STRICT;

-- phase stays null until the task is final: queued and running follow from ready, delayed and leases.
CREATE TABLE tasks (
  id            TEXT NOT NULL PRIMARY KEY,
  project_id    TEXT NOT NULL,
  cluster_id    TEXT NOT NULL,
  lane          INTEGER NOT NULL,
  code_id       TEXT NOT NULL,
  code_rev      INTEGER NOT NULL,
  code_name     TEXT NOT NULL,
  priority      INTEGER NOT NULL,
  timeout       INTEGER NOT NULL,
  delay         INTEGER NOT NULL,
  label         TEXT NOT NULL,
  schedule_id   TEXT NOT NULL,
  retries       INTEGER NOT NULL,
  retries_delay INTEGER NOT NULL,
  lease_seconds INTEGER NOT NULL,
  max_losses    INTEGER NOT NULL,
  retry_count   INTEGER NOT NULL,
  original_id   TEXT,
  created_at    INTEGER NOT NULL,
  ready_key     INTEGER NOT NULL,
  version       INTEGER NOT NULL DEFAULT 0,
  attempt       INTEGER NOT NULL DEFAULT 0,
  losses        INTEGER NOT NULL DEFAULT 0,
  phase         INTEGER,
  message       TEXT NOT NULL DEFAULT '',
  exit_code     INTEGER,
  percent       INTEGER NOT NULL DEFAULT 0,
  digest        TEXT NOT NULL DEFAULT '',
  duration      INTEGER NOT NULL DEFAULT 0,
  log_size      INTEGER NOT NULL DEFAULT 0,
  updated_at    INTEGER NOT NULL,
  started_at    INTEGER,
  ended_at      INTEGER,
  payload       BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX tasks_by_project ON tasks (project_id, id);
CREATE INDEX tasks_final ON tasks (project_id, phase, id) WHERE phase IS NOT NULL;
CREATE UNIQUE INDEX tasks_retry ON tasks (original_id, retry_count) WHERE original_id IS NOT NULL;

CREATE TABLE ready (
  lane          INTEGER NOT NULL,
  priority      INTEGER NOT NULL,
  key           INTEGER NOT NULL,
  task_id       TEXT NOT NULL,
  attempt       INTEGER NOT NULL,
  losses        INTEGER NOT NULL,
  lease_seconds INTEGER NOT NULL,
  PRIMARY KEY (lane, priority, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE delayed (
  task_id TEXT NOT NULL PRIMARY KEY,
  due_at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX delayed_by_due ON delayed (due_at);

CREATE TABLE leases (
  task_id       TEXT NOT NULL PRIMARY KEY,
  attempt       INTEGER NOT NULL,
  losses        INTEGER NOT NULL,
  token         TEXT NOT NULL,
  session_id    TEXT NOT NULL,
  claim_key     TEXT NOT NULL,
  until         INTEGER NOT NULL,
  lease_seconds INTEGER NOT NULL,
  phase         INTEGER NOT NULL DEFAULT 0,
  confirmed     INTEGER NOT NULL DEFAULT 0,
  stopping      INTEGER NOT NULL DEFAULT 0,
  started_at    INTEGER,
  percent       INTEGER NOT NULL DEFAULT 0,
  message       TEXT NOT NULL DEFAULT '',
  digest        TEXT NOT NULL DEFAULT '',
  limit_code    TEXT
) STRICT, WITHOUT ROWID;

CREATE INDEX leases_by_session ON leases (session_id);

CREATE TABLE task_events (
  task_id TEXT NOT NULL,
  seq     INTEGER NOT NULL,
  at      INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  kind    TEXT NOT NULL,
  detail  TEXT NOT NULL,
  PRIMARY KEY (task_id, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE log_chunks (
  task_id TEXT NOT NULL,
  attempt INTEGER NOT NULL,
  start   INTEGER NOT NULL,
  size    INTEGER NOT NULL,
  data    BLOB NOT NULL,
  PRIMARY KEY (task_id, attempt, start)
) STRICT, WITHOUT ROWID;

-- A task as the domain sees it: its row, and until it is final what its lease says. The code reads the columns in this order.
CREATE VIEW task_states AS
SELECT
  t.id, t.project_id, t.cluster_id, t.lane, t.code_id, t.code_rev, t.code_name, t.priority, t.timeout, t.delay, t.label,
  t.schedule_id, t.retries, t.retries_delay, t.lease_seconds, t.max_losses, t.retry_count, t.original_id,
  COALESCE(t.phase, l.phase, 0) AS phase,
  COALESCE(l.attempt, t.attempt) AS attempt,
  COALESCE(l.losses, t.losses) AS losses,
  COALESCE(CASE WHEN t.phase IS NULL THEN l.message END, t.message) AS message,
  t.exit_code,
  COALESCE(CASE WHEN t.phase IS NULL THEN l.percent END, t.percent) AS percent,
  COALESCE(CASE WHEN t.phase IS NULL THEN l.digest END, t.digest) AS digest,
  t.duration, t.log_size, t.created_at, t.updated_at,
  COALESCE(CASE WHEN t.phase IS NULL THEN l.started_at END, t.started_at) AS started_at,
  t.ended_at,
  l.token, l.session_id, l.until, l.confirmed, l.stopping
FROM tasks t
LEFT JOIN leases l ON l.task_id = t.id;
