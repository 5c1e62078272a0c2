-- Ids are hex digits, tokens and names are compared byte by byte: nothing of ours follows a language's order. Times are milliseconds since 1970.
-- By the application id a file is known as ours ("OHy1") before it is opened for writing.
PRAGMA application_id = 1330149681;

CREATE TABLE settings (
  name  TEXT NOT NULL PRIMARY KEY,
  value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- How often this file was opened: each start gives out keys from a block of its own.
CREATE TABLE key_blocks (
  only_row INTEGER NOT NULL PRIMARY KEY CHECK (only_row = 1),
  block    INTEGER NOT NULL
) STRICT;

-- Operators see what belongs to the whole installation. The address is lower-cased: by it others share a cluster.
CREATE TABLE users (
  id         TEXT NOT NULL PRIMARY KEY,
  name       TEXT NOT NULL UNIQUE,
  email      TEXT,
  operator   INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX users_by_email ON users (email) WHERE email IS NOT NULL;

CREATE TABLE user_tokens (
  id         TEXT NOT NULL PRIMARY KEY,
  user_id    TEXT NOT NULL REFERENCES users (id),
  hash       BLOB NOT NULL UNIQUE,
  label      TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Who is signed in at the web page: a cookie holds a key, this its hash. A session goes with the token that it began with.
CREATE TABLE web_sessions (
  key_hash   BLOB NOT NULL PRIMARY KEY,
  user_id    TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  token_id   TEXT REFERENCES user_tokens (id) ON DELETE CASCADE,
  created_at INTEGER NOT NULL,
  seen_at    INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX web_sessions_by_user ON web_sessions (user_id, created_at);
CREATE INDEX web_sessions_by_token ON web_sessions (token_id);
CREATE INDEX web_sessions_by_end ON web_sessions (expires_at);

CREATE TABLE projects (
  id                 TEXT NOT NULL PRIMARY KEY,
  user_id            TEXT NOT NULL REFERENCES users (id),
  name               TEXT NOT NULL,
  default_cluster_id TEXT,
  created_at         INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Logins for registries, sealed under the server key.
CREATE TABLE registry_logins (
  project_id TEXT NOT NULL REFERENCES projects (id),
  address    TEXT NOT NULL,
  sealed     BLOB NOT NULL,
  kept_at    INTEGER NOT NULL,
  PRIMARY KEY (project_id, address)
) STRICT, WITHOUT ROWID;

CREATE TABLE clusters (
  id          TEXT NOT NULL PRIMARY KEY,
  user_id     TEXT NOT NULL REFERENCES users (id),
  name        TEXT NOT NULL,
  memory      INTEGER NOT NULL,
  disk_space  INTEGER NOT NULL,
  cpu_share   INTEGER NOT NULL,
  max_timeout INTEGER NOT NULL,
  created_at  INTEGER NOT NULL,
  UNIQUE (user_id, name)
) STRICT, WITHOUT ROWID;

CREATE INDEX clusters_by_user ON clusters (user_id, id);

CREATE TABLE cluster_tokens (
  id         TEXT NOT NULL PRIMARY KEY,
  cluster_id TEXT NOT NULL REFERENCES clusters (id),
  hash       BLOB NOT NULL UNIQUE,
  sealed     BLOB NOT NULL,
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE cluster_shares (
  cluster_id TEXT NOT NULL REFERENCES clusters (id),
  user_id    TEXT NOT NULL REFERENCES users (id),
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (cluster_id, user_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX cluster_shares_by_user ON cluster_shares (user_id, cluster_id);

-- How many tasks wait, averaged over time. A cluster without a row has an average of zero.
CREATE TABLE cluster_averages (
  cluster_id TEXT NOT NULL PRIMARY KEY,
  average    REAL NOT NULL,
  sampled_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- A deleted code is archived: its tasks stay readable and run, its name is free again.
CREATE TABLE codes (
  id          TEXT NOT NULL PRIMARY KEY,
  project_id  TEXT NOT NULL REFERENCES projects (id),
  name        TEXT NOT NULL,
  rev         INTEGER NOT NULL,
  created_at  INTEGER NOT NULL,
  updated_at  INTEGER NOT NULL,
  archived_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX codes_by_name ON codes (project_id, name) WHERE archived_at IS NULL;

-- no_init: the program must be the first process of its container. signature: of who vouches for what the revision starts; the control
-- plane can't check it.
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
  required_labels  TEXT NOT NULL,
  no_init          INTEGER NOT NULL,
  signature        TEXT NOT NULL,
  stack            TEXT NOT NULL,
  runtime          TEXT NOT NULL,
  file_name        TEXT NOT NULL,
  zip_size         INTEGER NOT NULL,
  md5              TEXT NOT NULL,
  sha256           TEXT NOT NULL,
  created_at       INTEGER NOT NULL,
  PRIMARY KEY (code_id, rev)
) STRICT, WITHOUT ROWID;

-- Only codes with a limit have a row; most = 0 when the limit was lifted.
CREATE TABLE code_limits (
  code_id TEXT NOT NULL PRIMARY KEY,
  most    INTEGER NOT NULL,
  taken   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Only codes that are paused have a row: a claim looks here for each lane, and mostly at nothing.
CREATE TABLE paused_codes (
  code_id   TEXT NOT NULL PRIMARY KEY,
  paused_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Orders to cancel all of a code, up to the newest task there was; a row stays until that is done.
CREATE TABLE code_cancels (
  code_id    TEXT NOT NULL PRIMARY KEY,
  project_id TEXT NOT NULL,
  last_id    TEXT NOT NULL,
  busy_until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The bytes of zips, in pieces, under the id of their revision; whoever reads a revision reads none of them.
CREATE TABLE zip_pieces (
  revision_id TEXT NOT NULL,
  piece       INTEGER NOT NULL,
  data        BLOB NOT NULL,
  PRIMARY KEY (revision_id, piece)
) STRICT, WITHOUT ROWID;

-- Zips whose revision is not there yet: what a killed silo leaves of them goes with a later upload.
CREATE TABLE zip_uploads (
  revision_id TEXT NOT NULL PRIMARY KEY,
  began_at    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- token_id: the token that the session was enrolled with. key_ids: which keys the runner has; the control plane can't check them.
-- labels: sorted, each once, with spaces between, as lanes have them.
CREATE TABLE sessions (
  id              TEXT NOT NULL PRIMARY KEY,
  cluster_id      TEXT NOT NULL REFERENCES clusters (id),
  token_id        TEXT NOT NULL,
  credential_hash BLOB NOT NULL UNIQUE,
  phase           INTEGER NOT NULL,
  name            TEXT NOT NULL,
  version         TEXT NOT NULL,
  slots           INTEGER NOT NULL,
  executor        TEXT NOT NULL,
  key_ids         TEXT NOT NULL,
  labels          TEXT NOT NULL,
  paused          INTEGER NOT NULL DEFAULT 0,
  created_at      INTEGER NOT NULL,
  seen_at         INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX sessions_live ON sessions (cluster_id) WHERE phase < 2;

CREATE TABLE lanes (
  id         INTEGER NOT NULL PRIMARY KEY,
  cluster_id TEXT NOT NULL,
  code_id    TEXT NOT NULL,
  labels     TEXT NOT NULL,
  project_id TEXT NOT NULL,
  code_name  TEXT NOT NULL,
  UNIQUE (cluster_id, code_id, labels)
) STRICT;

CREATE INDEX lanes_by_code ON lanes (code_id);
CREATE INDEX lanes_by_name ON lanes (project_id, code_name);

-- What never changes stands first: what tasks are found, ordered and claimed by, and the rest of the specification as one JSON text, without
-- what has its default; cluster, code and labels stand in the lane. phase stays 0 until the task is final: queued and running follow from
-- ready, delayed and leases. A task names the one that it retries by hand (retry_of) and its own latest retry (retry_id).
CREATE TABLE tasks (
  id          TEXT NOT NULL PRIMARY KEY,
  project_id  TEXT NOT NULL,
  lane        INTEGER NOT NULL,
  priority    INTEGER NOT NULL,
  label       TEXT NOT NULL,
  schedule_id TEXT NOT NULL,
  spec        TEXT NOT NULL,
  retry_count INTEGER NOT NULL,
  original_id TEXT,
  retry_of    TEXT,
  created_at  INTEGER NOT NULL,
  payload     BLOB NOT NULL,
  retry_id    TEXT,
  ready_key   INTEGER NOT NULL,
  updated_at  INTEGER NOT NULL,
  attempt     INTEGER NOT NULL DEFAULT 0,
  losses      INTEGER NOT NULL DEFAULT 0,
  percent     INTEGER,
  message     TEXT,
  phase       INTEGER NOT NULL DEFAULT 0,
  exit_code   INTEGER,
  digest      TEXT,
  duration    INTEGER,
  log_size    INTEGER,
  started_at  INTEGER,
  ended_at    INTEGER
) STRICT, WITHOUT ROWID;

-- Lists are read newest first from the places in an index where each phase begins; what is not final stands at phase 0.
CREATE INDEX tasks_by_project ON tasks (project_id, phase, id);
CREATE INDEX tasks_by_lane ON tasks (lane, phase, id);
CREATE INDEX tasks_by_label ON tasks (project_id, label, phase, id) WHERE label <> '';

CREATE UNIQUE INDEX tasks_retry ON tasks (original_id, retry_count) WHERE original_id IS NOT NULL;

-- A schedule's history, and what of it still runs. Tasks that no schedule queued are in neither.
CREATE INDEX tasks_of_schedule ON tasks (schedule_id, id) WHERE schedule_id <> '';
CREATE INDEX tasks_of_schedule_open ON tasks (schedule_id) WHERE schedule_id <> '' AND phase = 0;

-- At most one task holds a key of a project at a time.
CREATE TABLE task_keys (
  project_id TEXT NOT NULL,
  kind       INTEGER NOT NULL,
  key        TEXT NOT NULL,
  task_id    TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (project_id, kind, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX task_keys_by_age ON task_keys (created_at);

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
  claimed_at    INTEGER NOT NULL,
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

-- What ended an attempt, or a task; session_id and claimed_at say which runner had had it and since when, where one had.
CREATE TABLE task_events (
  task_id    TEXT NOT NULL,
  seq        INTEGER NOT NULL,
  at         INTEGER NOT NULL,
  attempt    INTEGER NOT NULL,
  kind       TEXT NOT NULL,
  cause      TEXT,
  session_id TEXT,
  claimed_at INTEGER,
  PRIMARY KEY (task_id, seq)
) STRICT, WITHOUT ROWID;

-- runs: which bytes of a chunk are standard output, where not all of them are; StreamRuns says how.
CREATE TABLE log_chunks (
  task_id TEXT NOT NULL,
  attempt INTEGER NOT NULL,
  start   INTEGER NOT NULL,
  size    INTEGER NOT NULL,
  data    BLOB NOT NULL,
  runs    BLOB,
  PRIMARY KEY (task_id, attempt, start)
) STRICT, WITHOUT ROWID;

-- spec: what no column has, as one JSON text without what has its default. next_start is null unless the schedule is to run: what is paused or has ended costs the sweep nothing.
CREATE TABLE schedules (
  id              TEXT NOT NULL PRIMARY KEY,
  project_id      TEXT NOT NULL REFERENCES projects (id),
  cluster_id      TEXT NOT NULL,
  code_name       TEXT NOT NULL,
  max_concurrency INTEGER NOT NULL,
  spec            TEXT NOT NULL,
  start_at        INTEGER NOT NULL,
  phase           INTEGER NOT NULL,
  message         TEXT NOT NULL,
  next_start      INTEGER,
  last_run_at     INTEGER,
  run_count       INTEGER NOT NULL,
  error_count     INTEGER NOT NULL,
  skip_count      INTEGER NOT NULL,
  collapse_count  INTEGER NOT NULL,
  created_at      INTEGER NOT NULL,
  updated_at      INTEGER NOT NULL,
  version         INTEGER NOT NULL DEFAULT 0,
  payload         BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX schedules_due ON schedules (next_start) WHERE next_start IS NOT NULL;
CREATE INDEX schedules_by_project ON schedules (project_id, id);
CREATE INDEX schedules_live ON schedules (project_id) WHERE phase < 3;

-- Launches that have ended. Those that live are in their launcher's own state.
CREATE TABLE launches (
  account       TEXT NOT NULL,
  id            TEXT NOT NULL,
  credential_id TEXT NOT NULL,
  commit_hash   TEXT NOT NULL,
  verdict       INTEGER NOT NULL,
  exit_code     INTEGER,
  attempt       INTEGER NOT NULL,
  job_number    INTEGER,
  created_at    INTEGER NOT NULL,
  started_at    INTEGER,
  ended_at      INTEGER NOT NULL,
  deadline      INTEGER NOT NULL,
  cost          INTEGER NOT NULL,
  PRIMARY KEY (account, id)
) STRICT, WITHOUT ROWID;

-- What launchers decided, each record with the hash of the one before. Rows are only ever added.
CREATE TABLE launch_audit (
  account        TEXT NOT NULL,
  sequence       INTEGER NOT NULL,
  at             INTEGER NOT NULL,
  event          INTEGER NOT NULL,
  reason         TEXT NOT NULL,
  count          INTEGER NOT NULL,
  credential_id  TEXT NOT NULL,
  address        TEXT NOT NULL,
  peer           TEXT NOT NULL,
  commit_hash    TEXT NOT NULL,
  launch_id      TEXT NOT NULL,
  job_number     INTEGER,
  machine_type   TEXT NOT NULL,
  deadline       INTEGER,
  cost           INTEGER,
  policy_version TEXT NOT NULL,
  key_generation TEXT NOT NULL,
  previous       TEXT NOT NULL,
  hash           TEXT NOT NULL,
  PRIMARY KEY (account, sequence)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER launch_audit_is_not_changed BEFORE UPDATE ON launch_audit
BEGIN
  SELECT RAISE(ABORT, 'the audit of launches is only ever added to');
END;
CREATE TRIGGER launch_audit_is_not_shortened BEFORE DELETE ON launch_audit
BEGIN
  SELECT RAISE(ABORT, 'the audit of launches is only ever added to');
END;

-- What the jobs of launches have written, in pieces that follow on each other.
CREATE TABLE launch_texts (
  launch_id TEXT NOT NULL,
  attempt   INTEGER NOT NULL,
  start     INTEGER NOT NULL,
  size      INTEGER NOT NULL,
  data      BLOB NOT NULL,
  PRIMARY KEY (launch_id, attempt, start)
) STRICT;

-- What grains keep for themselves; the version is what a writer must have read.
CREATE TABLE grain_states (
  name    TEXT NOT NULL,
  key     TEXT NOT NULL,
  version INTEGER NOT NULL,
  state   BLOB,
  PRIMARY KEY (name, key)
) STRICT;

-- A task as the domain sees it: its row, its lane, and until it is final what its lease says. The code reads the columns in this order.
CREATE VIEW task_states AS
SELECT
  t.id, t.project_id, n.cluster_id, t.lane, n.code_id, n.code_name, n.labels, t.priority, t.label, t.schedule_id, t.spec, t.retry_count,
  t.original_id, t.retry_of, t.retry_id,
  CASE WHEN t.phase > 0 THEN t.phase ELSE COALESCE(l.phase, 0) END AS phase,
  COALESCE(l.attempt, t.attempt) AS attempt,
  COALESCE(l.losses, t.losses) AS losses,
  COALESCE(CASE WHEN t.phase = 0 AND l.message <> '' THEN l.message ELSE t.message END, '') AS message,
  t.exit_code,
  COALESCE(CASE WHEN t.phase = 0 AND l.percent > 0 THEN l.percent ELSE t.percent END, 0) AS percent,
  COALESCE(CASE WHEN t.phase = 0 THEN l.digest END, t.digest, '') AS digest,
  COALESCE(t.duration, 0) AS duration,
  COALESCE(t.log_size, 0) AS log_size,
  t.created_at, t.updated_at,
  COALESCE(CASE WHEN t.phase = 0 THEN l.started_at END, t.started_at) AS started_at,
  t.ended_at,
  l.token, l.session_id, l.until, l.confirmed, l.stopping
FROM tasks t
LEFT JOIN lanes n ON n.id = t.lane
LEFT JOIN leases l ON l.task_id = t.id;

-- A code as of each of its revisions. The code reads the columns in this order.
CREATE VIEW code_states AS
SELECT
  c.id, c.project_id, c.name, c.created_at, c.updated_at, c.archived_at,
  EXISTS (SELECT 1 FROM paused_codes p WHERE p.code_id = c.id) AS paused,
  r.id AS revision_id, r.rev, r.image, r.command, r.config, r.env_vars, r.retries, r.retries_delay, r.default_priority,
  r.max_concurrency, r.lease_seconds, r.max_losses, r.created_at AS uploaded_at, r.stack, r.runtime, r.file_name, r.zip_size,
  r.md5, r.sha256,
  r.rev = c.rev AS is_current,
  r.signature, r.required_labels, r.no_init
FROM codes c
JOIN code_revisions r ON r.code_id = c.id;

-- A schedule as the domain sees it, and the ground that it would run on. The code reads the columns in this order.
-- A code that was deleted, and a cluster that is no longer shared, are no ground.
CREATE VIEW schedule_states AS
SELECT
  s.id, s.project_id, s.cluster_id, s.code_name, s.max_concurrency, s.spec, s.start_at, s.phase, s.message, s.next_start, s.last_run_at,
  s.run_count, s.error_count, s.skip_count, s.collapse_count, s.created_at, s.updated_at, s.version,
  c.id AS code_id, r.rev, r.default_priority, k.max_timeout, r.retries, r.retries_delay, r.lease_seconds, r.max_losses,
  r.required_labels AS code_labels,
  CASE WHEN s.max_concurrency > 0 THEN (
    SELECT COUNT(*)
    FROM tasks t
    WHERE t.schedule_id = s.id AND t.schedule_id <> '' AND t.phase = 0) ELSE 0 END AS open_tasks
FROM schedules s
LEFT JOIN codes c ON c.project_id = s.project_id AND c.name = s.code_name AND c.archived_at IS NULL
LEFT JOIN code_revisions r ON r.code_id = c.id AND r.rev = c.rev
LEFT JOIN projects p ON p.id = s.project_id
LEFT JOIN clusters k ON k.id = s.cluster_id AND (
  k.user_id = p.user_id
  OR EXISTS (SELECT 1 FROM cluster_shares h WHERE h.cluster_id = k.id AND h.user_id = p.user_id));
