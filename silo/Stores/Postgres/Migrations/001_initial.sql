-- Ids are hex digits, tokens and names are compared byte by byte: nothing of ours follows a language's order.
CREATE TABLE settings (
  name  text COLLATE "C" PRIMARY KEY,
  value bytea NOT NULL
);

CREATE TABLE users (
  id         text COLLATE "C" PRIMARY KEY,
  name       text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL
);

CREATE TABLE user_tokens (
  id         text COLLATE "C" PRIMARY KEY,
  user_id    text COLLATE "C" NOT NULL REFERENCES users (id),
  hash       bytea NOT NULL UNIQUE,
  label      text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL
);

CREATE TABLE projects (
  id                 text COLLATE "C" PRIMARY KEY,
  user_id            text COLLATE "C" NOT NULL REFERENCES users (id),
  name               text COLLATE "C" NOT NULL,
  default_cluster_id text COLLATE "C",
  created_at         bigint NOT NULL
);

CREATE TABLE clusters (
  id          text COLLATE "C" PRIMARY KEY,
  user_id     text COLLATE "C" NOT NULL REFERENCES users (id),
  name        text COLLATE "C" NOT NULL,
  memory      bigint NOT NULL,
  disk_space  bigint NOT NULL,
  cpu_share   integer NOT NULL,
  max_timeout integer NOT NULL,
  created_at  bigint NOT NULL
);

CREATE TABLE cluster_tokens (
  id         text COLLATE "C" PRIMARY KEY,
  cluster_id text COLLATE "C" NOT NULL REFERENCES clusters (id),
  hash       bytea NOT NULL UNIQUE,
  sealed     bytea NOT NULL,
  created_at bigint NOT NULL
);

CREATE TABLE codes (
  id         text COLLATE "C" PRIMARY KEY,
  project_id text COLLATE "C" NOT NULL REFERENCES projects (id),
  name       text COLLATE "C" NOT NULL,
  rev        integer NOT NULL,
  created_at bigint NOT NULL,
  updated_at bigint NOT NULL,
  UNIQUE (project_id, name)
);

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
  created_at       bigint NOT NULL,
  PRIMARY KEY (code_id, rev)
);

-- Only codes with a limit have a row; most = 0 when the limit was lifted.
CREATE TABLE code_limits (
  code_id text COLLATE "C" PRIMARY KEY,
  most    integer NOT NULL,
  taken   integer NOT NULL
) WITH (fillfactor = 10);

CREATE TABLE sessions (
  id              text COLLATE "C" PRIMARY KEY,
  cluster_id      text COLLATE "C" NOT NULL REFERENCES clusters (id),
  credential_hash bytea NOT NULL UNIQUE,
  phase           integer NOT NULL,
  name            text COLLATE "C" NOT NULL,
  version         text COLLATE "C" NOT NULL,
  slots           integer NOT NULL,
  executor        text COLLATE "C" NOT NULL,
  created_at      bigint NOT NULL,
  seen_at         bigint NOT NULL
) WITH (fillfactor = 50);

CREATE INDEX sessions_live ON sessions (cluster_id) WHERE phase < 2;

CREATE TABLE lanes (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  cluster_id text COLLATE "C" NOT NULL,
  code_id    text COLLATE "C" NOT NULL,
  labels     text COLLATE "C" NOT NULL,
  UNIQUE (cluster_id, code_id, labels)
);

-- phase stays null until the task is final: queued and running follow from ready, delayed and leases.
CREATE TABLE tasks (
  id            text COLLATE "C" PRIMARY KEY,
  project_id    text COLLATE "C" NOT NULL,
  cluster_id    text COLLATE "C" NOT NULL,
  lane          bigint NOT NULL,
  code_id       text COLLATE "C" NOT NULL,
  code_rev      integer NOT NULL,
  code_name     text COLLATE "C" NOT NULL,
  priority      integer NOT NULL,
  timeout       integer NOT NULL,
  delay         integer NOT NULL,
  label         text COLLATE "C" NOT NULL,
  schedule_id   text COLLATE "C" NOT NULL,
  retries       integer NOT NULL,
  retries_delay integer NOT NULL,
  lease_seconds integer NOT NULL,
  max_losses    integer NOT NULL,
  retry_count   integer NOT NULL,
  original_id   text COLLATE "C",
  created_at    bigint NOT NULL,
  ready_key     bigint NOT NULL,
  version       integer NOT NULL DEFAULT 0,
  attempt       integer NOT NULL DEFAULT 0,
  losses        integer NOT NULL DEFAULT 0,
  phase         integer,
  message       text COLLATE "C" NOT NULL DEFAULT '',
  exit_code     integer,
  percent       integer NOT NULL DEFAULT 0,
  digest        text COLLATE "C" NOT NULL DEFAULT '',
  duration      bigint NOT NULL DEFAULT 0,
  log_size      bigint NOT NULL DEFAULT 0,
  updated_at    bigint NOT NULL,
  started_at    bigint,
  ended_at      bigint,
  payload       bytea NOT NULL
);

CREATE INDEX tasks_by_project ON tasks (project_id, id);
CREATE INDEX tasks_final ON tasks (project_id, phase, id) WHERE phase IS NOT NULL;
CREATE UNIQUE INDEX tasks_retry ON tasks (original_id, retry_count) WHERE original_id IS NOT NULL;

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

CREATE TABLE task_events (
  task_id text COLLATE "C" NOT NULL,
  seq     bigint GENERATED ALWAYS AS IDENTITY,
  at      bigint NOT NULL,
  attempt integer NOT NULL,
  kind    text COLLATE "C" NOT NULL,
  detail  text COLLATE "C" NOT NULL,
  PRIMARY KEY (task_id, seq)
);

CREATE TABLE log_chunks (
  task_id text COLLATE "C" NOT NULL,
  attempt integer NOT NULL,
  start   bigint NOT NULL,
  size    integer NOT NULL,
  data    bytea NOT NULL,
  PRIMARY KEY (task_id, attempt, start)
);

-- Chunks arrive deflated.
ALTER TABLE log_chunks ALTER COLUMN data SET STORAGE EXTERNAL;

-- The clock of all leases: when the statement began, in milliseconds since 1970.
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
