-- name: event_add
INSERT INTO task_events (task_id, seq, at, attempt, kind, cause, session_id, claimed_at)
VALUES (@task_id, @seq, @at, @attempt, @kind, @cause, @session_id, @claimed_at);

-- name: glances
-- CROSS keeps the order of the tables: each id of the call is looked up.
SELECT s.id, s.phase, s.attempt, s.token IS NOT NULL, s.message, s.percent, COALESCE((
  SELECT start + size FROM log_chunks c
  WHERE c.task_id = s.id AND c.attempt = s.attempt ORDER BY start DESC LIMIT 1), 0)
FROM json_each(@ids) i
CROSS JOIN task_states s
WHERE s.id = i.value;

-- name: log_size_keep
UPDATE tasks
SET log_size = COALESCE((
  SELECT start + size FROM log_chunks WHERE task_id = @task_id AND attempt = @attempt ORDER BY start DESC LIMIT 1), 0)
WHERE id = @task_id;

-- name: orders
-- CROSS keeps the order of the tables: each id of the call is looked up.
SELECT s.*, (SELECT t.payload FROM tasks t WHERE t.id = s.id)
FROM json_each(@ids) i
CROSS JOIN task_states s
WHERE s.id = i.value AND s.stopping = 0;

-- name: payload
SELECT payload FROM tasks WHERE id = @id;

-- name: progress
-- Into the task's row, for one that waits, and into its lease, which tells of it as long as there is one.
UPDATE tasks
SET percent = COALESCE(@percent, percent), message = COALESCE(@message, message)
WHERE id = @id AND phase = 0;
UPDATE leases
SET percent = COALESCE(@percent, percent), message = COALESCE(@message, message)
WHERE task_id = @id AND EXISTS (SELECT 1 FROM tasks t WHERE t.id = @id AND t.phase = 0);

-- name: states
-- CROSS keeps the order of the tables: each id of the call is looked up.
SELECT s.*
FROM json_each(@ids) i
CROSS JOIN task_states s
WHERE s.id = i.value;

-- name: task_add
INSERT INTO tasks (
  id, project_id, lane, priority, label, schedule_id, spec, retry_count, original_id, retry_of, created_at, updated_at, ready_key, payload)
VALUES (
  @id, @project_id, @lane, @priority, @label, @schedule_id, @spec, @retry_count, @original_id, @retry_of, @created_at, @created_at, @ready_key,
  @payload);

-- name: task_delete
DELETE FROM tasks
WHERE id = @id AND project_id = @project_id AND phase > 0 AND NOT EXISTS (SELECT 1 FROM leases l WHERE l.task_id = @id);
DELETE FROM task_events WHERE task_id = @id AND NOT EXISTS (SELECT 1 FROM tasks t WHERE t.id = @id);
DELETE FROM log_chunks WHERE task_id = @id AND NOT EXISTS (SELECT 1 FROM tasks t WHERE t.id = @id);

-- name: task_end
UPDATE tasks
SET phase = @phase, message = @message, exit_code = @exit_code, duration = @duration, attempt = @attempt, losses = @losses,
    percent = @percent, digest = @digest, started_at = @started_at, ended_at = @now, updated_at = @now,
    retry_id = COALESCE(@retry_id, retry_id),
    log_size = CASE WHEN @drops_lease THEN COALESCE((
      SELECT start + size FROM log_chunks WHERE task_id = @task_id AND attempt = @attempt ORDER BY start DESC LIMIT 1), 0)
      ELSE log_size END
WHERE id = @task_id AND phase = 0;

-- name: task_find
SELECT s.*, t.payload, (
  SELECT start + size FROM log_chunks c
  WHERE c.task_id = s.id AND c.attempt = s.attempt ORDER BY start DESC LIMIT 1)
FROM task_states s
JOIN tasks t ON t.id = s.id
WHERE s.id = @id AND s.project_id = @project_id;

-- name: task_lanes
SELECT id
FROM lanes l
WHERE (@project_id IS NULL OR project_id = @project_id)
  AND (@code_name IS NULL OR code_name = @code_name)
  AND (@cluster_id IS NULL OR cluster_id = @cluster_id)
  AND (@user_id IS NULL OR EXISTS (SELECT 1 FROM projects o WHERE o.id = l.project_id AND o.user_id = @user_id));

-- name: task_page
-- The newest of a project's tasks in one phase.
SELECT t.id
FROM tasks t
WHERE t.project_id = @project_id AND t.phase = @phase AND t.id >= @from AND t.id < @before
  AND (@phase > 0 OR NOT @waiting OR NOT EXISTS (SELECT 1 FROM leases l WHERE l.task_id = t.id AND l.phase > 0))
ORDER BY t.id DESC
LIMIT @reach;

-- name: task_page_label
-- The newest of a label's tasks in one phase.
SELECT t.id
FROM tasks t
WHERE t.project_id = @project_id AND t.label = @label AND t.label <> '' AND t.phase = @phase AND t.id >= @from AND t.id < @before
  AND (@code_name IS NULL AND @cluster_id IS NULL OR EXISTS (
    SELECT 1 FROM lanes n
    WHERE n.id = t.lane AND (@code_name IS NULL OR n.code_name = @code_name) AND (@cluster_id IS NULL OR n.cluster_id = @cluster_id)))
  AND (@phase > 0 OR NOT @waiting OR NOT EXISTS (SELECT 1 FROM leases l WHERE l.task_id = t.id AND l.phase > 0))
ORDER BY t.id DESC
LIMIT @reach;

-- name: task_page_lane
-- The newest of a lane's tasks in one phase.
SELECT t.id
FROM tasks t
WHERE t.lane = @lane AND t.phase = @phase AND t.id >= @from AND t.id < @before
  AND (@label IS NULL OR t.label = @label)
  AND (@phase > 0 OR NOT @waiting OR NOT EXISTS (SELECT 1 FROM leases l WHERE l.task_id = t.id AND l.phase > 0))
ORDER BY t.id DESC
LIMIT @reach;

-- name: task_page_leased
-- The newest that are being worked on: they are few, and stand in the leases.
SELECT t.id
FROM leases r
CROSS JOIN tasks t ON t.id = r.task_id
CROSS JOIN lanes n ON n.id = t.lane
WHERE ((@leased >> r.phase) & 1) = 1 AND t.phase = 0
  AND (@project_id IS NULL OR t.project_id = @project_id)
  AND (@label IS NULL OR t.label = @label)
  AND (@code_name IS NULL OR n.code_name = @code_name)
  AND (@cluster_id IS NULL OR n.cluster_id = @cluster_id)
  AND (@user_id IS NULL OR EXISTS (SELECT 1 FROM projects o WHERE o.id = t.project_id AND o.user_id = @user_id))
  AND t.id >= @from AND t.id < @before
ORDER BY t.id DESC
LIMIT @reach;

-- name: task_requeue
UPDATE tasks
SET ready_key = @key, attempt = @attempt, losses = @losses, percent = @percent, message = @message,
    updated_at = @now
WHERE id = @task_id;

-- name: task_retried
-- The latest retry is named; ids sort by the time of queueing.
UPDATE tasks SET retry_id = @retry_id WHERE id = @id AND (retry_id IS NULL OR retry_id < @retry_id);

-- name: task_rows
SELECT s.*, CASE WHEN @payloads THEN t.payload ELSE x'' END, NULL
FROM json_each(@ids) i
CROSS JOIN task_states s ON s.id = i.value
CROSS JOIN tasks t ON t.id = i.value
ORDER BY s.id DESC;
