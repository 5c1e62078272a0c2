-- name: schedule_next
SELECT min(next_start) - now_ms() FROM schedules WHERE next_start IS NOT NULL;

-- name: schedule_room
-- Whoever adds schedules to the same project waits here for its turn, and then counts what is there.
SELECT 0 FROM projects WHERE id = @project_id FOR NO KEY UPDATE;
SELECT count(*)::integer FROM schedules WHERE project_id = @project_id AND phase < 3;

-- name: schedule_runs
SELECT s.*, t.payload, NULL::bigint
FROM task_states s
JOIN tasks t ON t.id = s.id
WHERE s.schedule_id = @schedule_id AND s.schedule_id <> '' AND s.project_id = @project_id
ORDER BY s.id DESC
LIMIT @most OFFSET @skip;

-- name: schedule_state
SELECT s.*, now_ms()
FROM schedule_states s
WHERE s.id = @id AND s.project_id = @project_id;

-- name: schedules_due
WITH due AS MATERIALIZED (
  SELECT s.id
  FROM schedules s
  WHERE s.next_start <= now_ms()
  ORDER BY s.next_start
  LIMIT @most
  FOR UPDATE SKIP LOCKED
)
SELECT s.*, now_ms()
FROM due d
JOIN schedule_states s ON s.id = ANY (ARRAY[d.id])
ORDER BY s.next_start, s.id;

-- name: schedules_move
WITH item AS MATERIALIZED (
  -- Keys are given in the order in which the schedules were due.
  SELECT i.*, CASE WHEN i.task_id IS NOT NULL THEN nextval('ready_keys') END AS key
  FROM unnest(
    @id, @version, @phase, @message, @next_start, @last_run_at, @run_count, @error_count, @skip_count, @collapse_count,
    @updated_at, @task_id, @lane, @priority, @label, @spec, @lease_seconds, @due_at) i (
    id, version, phase, message, next_start, last_run_at, run_count, error_count, skip_count, collapse_count,
    updated_at, task_id, lane, priority, label, spec, lease_seconds, due_at)
), moved AS (
  UPDATE schedules s
  SET phase = i.phase, message = i.message, next_start = i.next_start, last_run_at = i.last_run_at,
      run_count = i.run_count, error_count = i.error_count, skip_count = i.skip_count,
      collapse_count = i.collapse_count, updated_at = i.updated_at, version = s.version + 1
  FROM item i
  WHERE s.id = ANY (ARRAY[i.id]) AND s.version = i.version
  RETURNING
    s.id AS schedule_id, s.project_id, s.payload, i.task_id, i.lane, i.priority, i.label, i.spec, i.lease_seconds, i.updated_at, i.due_at, i.key
-- Only where the schedule was moved is there a task, and the payload never leaves the database.
), stored AS (
  INSERT INTO tasks (id, project_id, lane, priority, label, schedule_id, spec, retry_count, created_at, updated_at, ready_key, payload)
  SELECT task_id, project_id, lane, priority, label, schedule_id, spec, 0, updated_at, updated_at, key, payload
  FROM moved
  WHERE task_id IS NOT NULL
), put_off AS (
  INSERT INTO delayed (task_id, due_at) SELECT task_id, due_at FROM moved WHERE task_id IS NOT NULL AND due_at IS NOT NULL
), waiting AS (
  INSERT INTO ready (lane, priority, key, task_id, attempt, losses, lease_seconds)
  SELECT lane, priority, key, task_id, 0, 0, lease_seconds
  FROM moved
  WHERE task_id IS NOT NULL AND due_at IS NULL
)
SELECT schedule_id FROM moved;
