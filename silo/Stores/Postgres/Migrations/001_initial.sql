-- Ids are hex digits, tokens and names are compared byte by byte: nothing of ours follows a language's order. Times are milliseconds since 1970.
CREATE TABLE settings (
  name  text COLLATE "C" PRIMARY KEY,
  value bytea NOT NULL
);

-- Operators see what belongs to the whole installation. The address is lower-cased: by it others share a cluster.
CREATE TABLE users (
  id         text COLLATE "C" PRIMARY KEY,
  name       text COLLATE "C" NOT NULL UNIQUE,
  email      text COLLATE "C",
  operator   boolean NOT NULL DEFAULT false,
  created_at bigint NOT NULL
);

CREATE UNIQUE INDEX users_by_email ON users (email) WHERE email IS NOT NULL;

CREATE TABLE user_tokens (
  id         text COLLATE "C" PRIMARY KEY,
  user_id    text COLLATE "C" NOT NULL REFERENCES users (id),
  hash       bytea NOT NULL UNIQUE,
  label      text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL
);

-- Who is signed in at the web page: a cookie holds a key, this its hash. A session goes with the token that it began with.
CREATE TABLE web_sessions (
  key_hash   bytea PRIMARY KEY,
  user_id    text COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  token_id   text COLLATE "C" REFERENCES user_tokens (id) ON DELETE CASCADE,
  created_at bigint NOT NULL,
  seen_at    bigint NOT NULL,
  expires_at bigint NOT NULL
);

CREATE INDEX web_sessions_by_user ON web_sessions (user_id, created_at);
CREATE INDEX web_sessions_by_token ON web_sessions (token_id);
CREATE INDEX web_sessions_by_end ON web_sessions (expires_at);

CREATE TABLE projects (
  id                 text COLLATE "C" PRIMARY KEY,
  user_id            text COLLATE "C" NOT NULL REFERENCES users (id),
  name               text COLLATE "C" NOT NULL,
  default_cluster_id text COLLATE "C",
  created_at         bigint NOT NULL
);

-- Logins for registries, sealed under the server key.
CREATE TABLE registry_logins (
  project_id text COLLATE "C" NOT NULL REFERENCES projects (id),
  address    text COLLATE "C" NOT NULL,
  sealed     bytea NOT NULL,
  kept_at    bigint NOT NULL,
  PRIMARY KEY (project_id, address)
);

CREATE TABLE clusters (
  id          text COLLATE "C" PRIMARY KEY,
  user_id     text COLLATE "C" NOT NULL REFERENCES users (id),
  name        text COLLATE "C" NOT NULL,
  memory      bigint NOT NULL,
  disk_space  bigint NOT NULL,
  cpu_share   integer NOT NULL,
  max_timeout integer NOT NULL,
  created_at  bigint NOT NULL,
  UNIQUE (user_id, name)
);

CREATE INDEX clusters_by_user ON clusters (user_id, id);

CREATE TABLE cluster_tokens (
  id         text COLLATE "C" PRIMARY KEY,
  cluster_id text COLLATE "C" NOT NULL REFERENCES clusters (id),
  hash       bytea NOT NULL UNIQUE,
  sealed     bytea NOT NULL,
  created_at bigint NOT NULL
);

CREATE TABLE cluster_shares (
  cluster_id text COLLATE "C" NOT NULL REFERENCES clusters (id),
  user_id    text COLLATE "C" NOT NULL REFERENCES users (id),
  updated_at bigint NOT NULL,
  PRIMARY KEY (cluster_id, user_id)
);

CREATE INDEX cluster_shares_by_user ON cluster_shares (user_id, cluster_id);

-- How many tasks wait, averaged over time. A cluster without a row has an average of zero.
CREATE TABLE cluster_averages (
  cluster_id text COLLATE "C" PRIMARY KEY,
  average    double precision NOT NULL,
  sampled_at bigint NOT NULL
) WITH (fillfactor = 50);

-- A deleted code is archived: its tasks stay readable and run, its name is free again.
CREATE TABLE codes (
  id          text COLLATE "C" PRIMARY KEY,
  project_id  text COLLATE "C" NOT NULL REFERENCES projects (id),
  name        text COLLATE "C" NOT NULL,
  rev         integer NOT NULL,
  created_at  bigint NOT NULL,
  updated_at  bigint NOT NULL,
  archived_at bigint
);

CREATE UNIQUE INDEX codes_by_name ON codes (project_id, name) WHERE archived_at IS NULL;

-- no_init: the program must be the first process of its container. signature: of who vouches for what the revision starts; the control
-- plane can't check it.
CREATE TABLE code_revisions (
  code_id          text COLLATE "C" NOT NULL REFERENCES codes (id),
  rev              integer NOT NULL,
  id               text COLLATE "C" NOT NULL,
  image            text COLLATE "C" NOT NULL,
  command          text COLLATE "C" NOT NULL,
  config           bytea,
  env_vars         text COLLATE "C" NOT NULL,
  retries          integer NOT NULL,
  retries_delay    integer NOT NULL,
  default_priority integer NOT NULL,
  max_concurrency  integer NOT NULL,
  lease_seconds    integer NOT NULL,
  max_losses       integer NOT NULL,
  required_labels  text COLLATE "C" NOT NULL,
  no_init          integer NOT NULL,
  signature        text COLLATE "C" NOT NULL,
  stack            text COLLATE "C" NOT NULL,
  runtime          text COLLATE "C" NOT NULL,
  file_name        text COLLATE "C" NOT NULL,
  zip_size         bigint NOT NULL,
  md5              text COLLATE "C" NOT NULL,
  sha256           text COLLATE "C" NOT NULL,
  created_at       bigint NOT NULL,
  PRIMARY KEY (code_id, rev)
);

-- Only codes with a limit have a row; most = 0 when the limit was lifted.
CREATE TABLE code_limits (
  code_id text COLLATE "C" PRIMARY KEY,
  most    integer NOT NULL,
  taken   integer NOT NULL
) WITH (fillfactor = 10);

-- Only codes that are paused have a row: a claim looks here for each lane, and mostly at nothing.
CREATE TABLE paused_codes (
  code_id   text COLLATE "C" PRIMARY KEY,
  paused_at bigint NOT NULL
);

-- Orders to cancel all of a code, up to the newest task there was; a row stays until that is done.
CREATE TABLE code_cancels (
  code_id    text COLLATE "C" PRIMARY KEY,
  project_id text COLLATE "C" NOT NULL,
  last_id    text COLLATE "C" NOT NULL,
  busy_until bigint NOT NULL
);

-- The bytes of zips, in pieces, under the id of their revision; whoever reads a revision reads none of them.
CREATE TABLE zip_pieces (
  revision_id text COLLATE "C" NOT NULL,
  piece       integer NOT NULL,
  data        bytea NOT NULL,
  PRIMARY KEY (revision_id, piece)
);

-- Zips are compressed as they are.
ALTER TABLE zip_pieces ALTER COLUMN data SET STORAGE EXTERNAL;

-- Zips whose revision is not there yet: what a killed silo leaves of them goes with a later upload.
CREATE TABLE zip_uploads (
  revision_id text COLLATE "C" PRIMARY KEY,
  began_at    bigint NOT NULL
);

-- token_id: the token that the session was enrolled with. key_ids: which keys the runner has; the control plane can't check them.
-- labels: sorted, each once, with spaces between, as lanes have them.
CREATE TABLE sessions (
  id              text COLLATE "C" PRIMARY KEY,
  cluster_id      text COLLATE "C" NOT NULL REFERENCES clusters (id),
  token_id        text COLLATE "C" NOT NULL,
  credential_hash bytea NOT NULL UNIQUE,
  phase           integer NOT NULL,
  name            text COLLATE "C" NOT NULL,
  version         text COLLATE "C" NOT NULL,
  slots           integer NOT NULL,
  executor        text COLLATE "C" NOT NULL,
  key_ids         text COLLATE "C" NOT NULL,
  labels          text COLLATE "C" NOT NULL,
  paused          integer NOT NULL DEFAULT 0,
  created_at      bigint NOT NULL,
  seen_at         bigint NOT NULL
) WITH (fillfactor = 50);

CREATE INDEX sessions_live ON sessions (cluster_id) WHERE phase < 2;

CREATE TABLE lanes (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  cluster_id text COLLATE "C" NOT NULL,
  code_id    text COLLATE "C" NOT NULL,
  labels     text COLLATE "C" NOT NULL,
  project_id text COLLATE "C" NOT NULL,
  code_name  text COLLATE "C" NOT NULL,
  UNIQUE (cluster_id, code_id, labels)
);

CREATE INDEX lanes_by_code ON lanes (code_id);
CREATE INDEX lanes_by_name ON lanes (project_id, code_name);

-- What never changes stands first: what tasks are found, ordered and claimed by, and the rest of the specification as one JSON text, without
-- what has its default; cluster, code and labels stand in the lane. phase stays 0 until the task is final: queued and running follow from
-- ready, delayed and leases. A task names the one that it retries by hand (retry_of) and its own latest retry (retry_id).
CREATE TABLE tasks (
  id          text COLLATE "C" PRIMARY KEY,
  project_id  text COLLATE "C" NOT NULL,
  lane        bigint NOT NULL,
  priority    integer NOT NULL,
  label       text COLLATE "C" NOT NULL,
  schedule_id text COLLATE "C" NOT NULL,
  spec        text COLLATE "C" NOT NULL,
  retry_count integer NOT NULL,
  original_id text COLLATE "C",
  retry_of    text COLLATE "C",
  created_at  bigint NOT NULL,
  payload     bytea NOT NULL,
  retry_id    text COLLATE "C",
  ready_key   bigint NOT NULL,
  updated_at  bigint NOT NULL,
  attempt     integer NOT NULL DEFAULT 0,
  losses      integer NOT NULL DEFAULT 0,
  percent     integer,
  message     text COLLATE "C",
  phase       integer NOT NULL DEFAULT 0,
  exit_code   integer,
  digest      text COLLATE "C",
  duration    bigint,
  log_size    bigint,
  started_at  bigint,
  ended_at    bigint
);

-- Lists are read newest first from the places in an index where each phase begins; what is not final stands at phase 0.
-- Ids stand there in a collation that orders them as ever but is no other index's: a planner that looks for the newest few of
-- something rare can't choose to walk all tasks instead.
CREATE INDEX tasks_by_project ON tasks (project_id, phase, id COLLATE "POSIX");
CREATE INDEX tasks_by_lane ON tasks (lane, phase, id COLLATE "POSIX");
CREATE INDEX tasks_by_label ON tasks ((project_id || ' ' || label), phase, id COLLATE "POSIX")
WHERE label <> '';

CREATE UNIQUE INDEX tasks_retry ON tasks (original_id, retry_count) WHERE original_id IS NOT NULL;

-- A schedule's history, and what of it still runs. Tasks that no schedule queued are in neither.
CREATE INDEX tasks_of_schedule ON tasks (schedule_id, id) WHERE schedule_id <> '';
CREATE INDEX tasks_of_schedule_open ON tasks (schedule_id) WHERE schedule_id <> '' AND phase = 0;

-- At most one task holds a key of a project at a time.
CREATE TABLE task_keys (
  project_id text COLLATE "C" NOT NULL,
  kind       integer NOT NULL,
  key        text COLLATE "C" NOT NULL,
  task_id    text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  PRIMARY KEY (project_id, kind, key)
);

CREATE INDEX task_keys_by_age ON task_keys (created_at);

-- Gives out ready.key: one number after the other for all sessions, so that keys follow the order of arrival.
CREATE SEQUENCE ready_keys;

-- What waits comes and goes all day: vacuum it long before a fifth of it is dead.
CREATE TABLE ready (
  lane          bigint NOT NULL,
  priority      integer NOT NULL,
  key           bigint NOT NULL,
  task_id       text COLLATE "C" NOT NULL,
  attempt       integer NOT NULL,
  losses        integer NOT NULL,
  lease_seconds integer NOT NULL,
  PRIMARY KEY (lane, priority, key)
) WITH (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_insert_threshold = -1);

CREATE TABLE delayed (
  task_id text COLLATE "C" PRIMARY KEY,
  due_at  bigint NOT NULL
);

CREATE INDEX delayed_by_due ON delayed (due_at);

-- Half of each page stays free and nothing that a renewal changes is indexed: renewals touch no index.
CREATE TABLE leases (
  task_id       text COLLATE "C" PRIMARY KEY,
  attempt       integer NOT NULL,
  losses        integer NOT NULL,
  token         text COLLATE "C" NOT NULL,
  session_id    text COLLATE "C" NOT NULL,
  claim_key     text COLLATE "C" NOT NULL,
  claimed_at    bigint NOT NULL,
  until         bigint NOT NULL,
  lease_seconds integer NOT NULL,
  phase         integer NOT NULL DEFAULT 0,
  confirmed     integer NOT NULL DEFAULT 0,
  stopping      integer NOT NULL DEFAULT 0,
  started_at    bigint,
  percent       integer NOT NULL DEFAULT 0,
  message       text COLLATE "C" NOT NULL DEFAULT '',
  digest        text COLLATE "C" NOT NULL DEFAULT '',
  limit_code    text COLLATE "C"
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 1000);

CREATE INDEX leases_by_session ON leases (session_id);

-- What ended an attempt, or a task; session_id and claimed_at say which runner had had it and since when, where one had.
CREATE TABLE task_events (
  task_id    text COLLATE "C" NOT NULL,
  seq        bigint GENERATED ALWAYS AS IDENTITY,
  at         bigint NOT NULL,
  attempt    integer NOT NULL,
  kind       text COLLATE "C" NOT NULL,
  cause      text COLLATE "C",
  session_id text COLLATE "C",
  claimed_at bigint,
  PRIMARY KEY (task_id, seq)
);

-- runs: which bytes of a chunk are standard output, where not all of them are; StreamRuns says how.
CREATE TABLE log_chunks (
  task_id text COLLATE "C" NOT NULL,
  attempt integer NOT NULL,
  start   bigint NOT NULL,
  size    integer NOT NULL,
  data    bytea NOT NULL,
  runs    bytea,
  PRIMARY KEY (task_id, attempt, start)
);

-- Chunks arrive deflated, runs are few bytes.
ALTER TABLE log_chunks ALTER COLUMN data SET STORAGE EXTERNAL;
ALTER TABLE log_chunks ALTER COLUMN runs SET STORAGE EXTERNAL;

-- spec: what no column has, as one JSON text without what has its default. next_start is null unless the schedule is to run: what is paused or has ended costs the sweep nothing.
CREATE TABLE schedules (
  id              text COLLATE "C" PRIMARY KEY,
  project_id      text COLLATE "C" NOT NULL REFERENCES projects (id),
  cluster_id      text COLLATE "C" NOT NULL,
  code_name       text COLLATE "C" NOT NULL,
  max_concurrency integer NOT NULL,
  spec            text COLLATE "C" NOT NULL,
  start_at        bigint NOT NULL,
  phase           integer NOT NULL,
  message         text COLLATE "C" NOT NULL,
  next_start      bigint,
  last_run_at     bigint,
  run_count       integer NOT NULL,
  error_count     integer NOT NULL,
  skip_count      integer NOT NULL,
  collapse_count  integer NOT NULL,
  created_at      bigint NOT NULL,
  updated_at      bigint NOT NULL,
  version         integer NOT NULL DEFAULT 0,
  payload         bytea NOT NULL
);

CREATE INDEX schedules_due ON schedules (next_start) WHERE next_start IS NOT NULL;
CREATE INDEX schedules_by_project ON schedules (project_id, id);
CREATE INDEX schedules_live ON schedules (project_id) WHERE phase < 3;

-- Launches that have ended. Those that live are in their launcher's own state.
CREATE TABLE launches (
  account       text COLLATE "C" NOT NULL,
  id            text COLLATE "C" NOT NULL,
  credential_id text COLLATE "C" NOT NULL,
  commit_hash   text COLLATE "C" NOT NULL,
  verdict       integer NOT NULL,
  exit_code     integer,
  attempt       integer NOT NULL,
  job_number    bigint,
  created_at    bigint NOT NULL,
  started_at    bigint,
  ended_at      bigint NOT NULL,
  deadline      bigint NOT NULL,
  cost          bigint NOT NULL,
  PRIMARY KEY (account, id)
);

-- What launchers decided, each record with the hash of the one before. Rows are only ever added.
CREATE TABLE launch_audit (
  account        text COLLATE "C" NOT NULL,
  sequence       bigint NOT NULL,
  at             bigint NOT NULL,
  event          integer NOT NULL,
  reason         text COLLATE "C" NOT NULL,
  count          integer NOT NULL,
  credential_id  text COLLATE "C" NOT NULL,
  address        text COLLATE "C" NOT NULL,
  peer           text COLLATE "C" NOT NULL,
  commit_hash    text COLLATE "C" NOT NULL,
  launch_id      text COLLATE "C" NOT NULL,
  job_number     bigint,
  machine_type   text COLLATE "C" NOT NULL,
  deadline       bigint,
  cost           bigint,
  policy_version text COLLATE "C" NOT NULL,
  key_generation text COLLATE "C" NOT NULL,
  previous       text COLLATE "C" NOT NULL,
  hash           text COLLATE "C" NOT NULL,
  PRIMARY KEY (account, sequence)
);

CREATE FUNCTION launch_audit_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the audit of launches is only ever added to';
END
$$;
CREATE TRIGGER launch_audit_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON launch_audit
FOR EACH STATEMENT EXECUTE FUNCTION launch_audit_stays();

-- What the jobs of launches have written, in pieces that follow on each other.
CREATE TABLE launch_texts (
  launch_id text COLLATE "C" NOT NULL,
  attempt   integer NOT NULL,
  start     bigint NOT NULL,
  size      integer NOT NULL,
  data      bytea NOT NULL,
  PRIMARY KEY (launch_id, attempt, start)
);

-- What grains keep for themselves; the version is what a writer must have read.
CREATE TABLE grain_states (
  name    text COLLATE "C" NOT NULL,
  key     text COLLATE "C" NOT NULL,
  version bigint NOT NULL,
  state   bytea,
  PRIMARY KEY (name, key)
);

-- The clock of all leases: when the statement began.
CREATE FUNCTION now_ms() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT floor(extract(epoch FROM statement_timestamp()) * 1000)::bigint $$;

-- Where the log of an attempt ends.
CREATE FUNCTION log_end(task text, attempt_of_it integer) RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT COALESCE((
    SELECT c.start + c.size
    FROM log_chunks c
    WHERE c.task_id = task AND c.attempt = attempt_of_it
    ORDER BY c.start DESC
    LIMIT 1), 0)
$$;

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
JOIN lanes n ON n.id = ANY (ARRAY[t.lane])
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
    SELECT count(*)::integer
    FROM tasks t
    WHERE t.schedule_id = s.id AND t.schedule_id <> '' AND t.phase = 0) ELSE 0 END AS open_tasks
FROM schedules s
LEFT JOIN codes c ON c.project_id = s.project_id AND c.name = s.code_name AND c.archived_at IS NULL
LEFT JOIN code_revisions r ON r.code_id = c.id AND r.rev = c.rev
LEFT JOIN projects p ON p.id = s.project_id
LEFT JOIN clusters k ON k.id = s.cluster_id AND (
  k.user_id = p.user_id
  OR EXISTS (SELECT 1 FROM cluster_shares h WHERE h.cluster_id = k.id AND h.user_id = p.user_id));
