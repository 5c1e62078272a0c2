-- next_start is null unless the schedule is to run: what is paused or has ended costs the sweep nothing.
CREATE TABLE schedules (
  id              TEXT NOT NULL PRIMARY KEY,
  project_id      TEXT NOT NULL REFERENCES projects (id),
  cluster_id      TEXT NOT NULL,
  code_name       TEXT NOT NULL,
  priority        INTEGER,
  timeout         INTEGER,
  label           TEXT NOT NULL,
  name            TEXT NOT NULL,
  run_every       INTEGER NOT NULL,
  cron            TEXT NOT NULL,
  time_zone       TEXT NOT NULL,
  run_times       INTEGER NOT NULL,
  end_at          INTEGER,
  delay           INTEGER NOT NULL,
  task_delay      INTEGER NOT NULL,
  max_concurrency INTEGER NOT NULL,
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

-- A schedule's history, and what of it still runs. Tasks that no schedule queued are in neither.
CREATE INDEX tasks_of_schedule ON tasks (schedule_id, id) WHERE schedule_id <> '';
CREATE INDEX tasks_of_schedule_open ON tasks (schedule_id) WHERE schedule_id <> '' AND phase IS NULL;

-- A schedule as the domain sees it, and the ground that it would run on. The code reads the columns in this order.
CREATE VIEW schedule_states AS
SELECT
  s.id, s.project_id, s.cluster_id, s.code_name, s.priority, s.timeout, s.label, s.name, s.run_every, s.cron, s.time_zone,
  s.run_times, s.end_at, s.delay, s.task_delay, s.max_concurrency, s.start_at, s.phase, s.message, s.next_start, s.last_run_at,
  s.run_count, s.error_count, s.skip_count, s.collapse_count, s.created_at, s.updated_at, s.version,
  c.id AS code_id, r.rev, r.default_priority, k.max_timeout, r.retries, r.retries_delay, r.lease_seconds, r.max_losses,
  CASE WHEN s.max_concurrency > 0 THEN (
    SELECT COUNT(*)
    FROM tasks t
    WHERE t.schedule_id = s.id AND t.schedule_id <> '' AND t.phase IS NULL) ELSE 0 END AS open_tasks
FROM schedules s
LEFT JOIN codes c ON c.project_id = s.project_id AND c.name = s.code_name
LEFT JOIN code_revisions r ON r.code_id = c.id AND r.rev = c.rev
LEFT JOIN clusters k ON k.id = s.cluster_id;
