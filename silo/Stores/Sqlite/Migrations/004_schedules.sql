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
