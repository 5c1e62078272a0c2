-- next_start is null unless the schedule is to run: what is paused or has ended costs the sweep nothing.
CREATE TABLE schedules (
  id              text COLLATE "C" PRIMARY KEY,
  project_id      text COLLATE "C" NOT NULL REFERENCES projects (id),
  cluster_id      text COLLATE "C" NOT NULL,
  code_name       text COLLATE "C" NOT NULL,
  priority        integer,
  timeout         integer,
  label           text COLLATE "C" NOT NULL,
  name            text COLLATE "C" NOT NULL,
  run_every       integer NOT NULL,
  cron            text COLLATE "C" NOT NULL,
  time_zone       text COLLATE "C" NOT NULL,
  run_times       integer NOT NULL,
  end_at          bigint,
  delay           integer NOT NULL,
  task_delay      integer NOT NULL,
  max_concurrency integer NOT NULL,
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

-- A schedule's history, and what of it still runs. Tasks that no schedule queued are in neither.
CREATE INDEX tasks_of_schedule ON tasks (schedule_id, id) WHERE schedule_id <> '';
CREATE INDEX tasks_of_schedule_open ON tasks (schedule_id) WHERE schedule_id <> '' AND phase IS NULL;
