-- name: changes
WITH change AS MATERIALIZED (
  -- What waits again, or anew, gets its key in the order of the request.
  SELECT i.*, CASE WHEN i.requeues OR i.retry_id IS NOT NULL THEN nextval('ready_keys') END AS key
  FROM unnest(
    @task_id, @held_attempt, @held_token, @held_session, @held_untouched, @held_stopping, @drops, @stops, @leaves, @ends, @requeues,
    @phase, @message, @exit_code, @duration, @attempt, @losses, @percent, @digest, @started_at, @at, @kind, @cause, @lease_seconds,
    @retry_id, @retry_spec, @retry_count, @retry_original, @retry_due) i (
    task_id, held_attempt, held_token, held_session, held_untouched, held_stopping, drops, stops, leaves, ends, requeues,
    phase, message, exit_code, duration, attempt, losses, percent, digest, started_at, at, kind, cause, lease_seconds,
    retry_id, retry_spec, retry_count, retry_original, retry_due)
), item AS MATERIALIZED (
  -- In the order of ids, so that statements which meet take rows in the same order.
  SELECT * FROM change ORDER BY task_id COLLATE "C"
-- Only a change that still finds the lease or the waiting row as it was when it was decided may write.
-- A condition = ANY (ARRAY[x]) is served by an index or not at all: the batch leads, and each row is looked up.
), dropped AS (
  DELETE FROM leases l
  USING item i
  WHERE i.drops AND l.task_id = ANY (ARRAY[i.task_id]) AND l.stopping = i.held_stopping
    AND (l.attempt, l.token, l.session_id) IS NOT DISTINCT FROM (i.held_attempt, i.held_token, i.held_session)
    -- What was decided on the task as it was claimed holds as long as nothing more is known of the attempt.
    AND (NOT i.held_untouched OR (l.started_at IS NULL AND l.percent = 0 AND l.message = '' AND l.digest = ''))
  RETURNING i.*, l.limit_code, l.session_id, l.claimed_at
), stopped AS (
  UPDATE leases l
  SET stopping = 1
  FROM item i
  WHERE i.stops AND l.task_id = ANY (ARRAY[i.task_id]) AND l.stopping = i.held_stopping
    AND (l.attempt, l.token, l.session_id) IS NOT DISTINCT FROM (i.held_attempt, i.held_token, i.held_session)
  RETURNING i.*, NULL::text AS limit_code, l.session_id, l.claimed_at
), left_ready AS (
  DELETE FROM ready r
  USING item i, tasks t
  WHERE i.leaves AND t.id = ANY (ARRAY[i.task_id])
    AND r.lane = ANY (ARRAY[t.lane]) AND r.priority = ANY (ARRAY[t.priority]) AND r.key = ANY (ARRAY[t.ready_key])
  RETURNING i.*, NULL::text AS limit_code, NULL::text AS session_id, NULL::bigint AS claimed_at
), left_delayed AS (
  DELETE FROM delayed d
  USING item i
  WHERE i.leaves AND d.task_id = ANY (ARRAY[i.task_id])
  RETURNING i.*, NULL::text AS limit_code, NULL::text AS session_id, NULL::bigint AS claimed_at
), took AS MATERIALIZED (
  SELECT * FROM dropped
  UNION ALL SELECT * FROM stopped
  UNION ALL SELECT * FROM left_ready
  UNION ALL SELECT * FROM left_delayed
), ended AS (
  UPDATE tasks t
  SET phase = k.phase, message = k.message, exit_code = k.exit_code, duration = k.duration, attempt = k.attempt,
      losses = k.losses, percent = k.percent, digest = k.digest, started_at = k.started_at, ended_at = k.at,
      updated_at = k.at, retry_id = COALESCE(k.retry_id, t.retry_id),
      log_size = CASE WHEN k.drops THEN log_end(t.id, k.attempt) ELSE t.log_size END
  FROM took k
  WHERE k.ends AND t.id = ANY (ARRAY[k.task_id]) AND t.phase = 0
), let_go AS (
  UPDATE tasks t
  SET log_size = log_end(t.id, k.attempt)
  FROM took k
  WHERE k.drops AND NOT k.ends AND NOT k.requeues AND t.id = ANY (ARRAY[k.task_id])
), requeued AS (
  UPDATE tasks t
  SET ready_key = k.key, attempt = k.attempt, losses = k.losses, percent = k.percent, message = k.message, updated_at = k.at
  FROM took k
  WHERE k.requeues AND t.id = ANY (ARRAY[k.task_id])
  RETURNING t.id, t.lane, t.priority, t.ready_key, t.attempt, t.losses, k.lease_seconds
), waiting AS (
  INSERT INTO ready (lane, priority, key, task_id, attempt, losses, lease_seconds)
  SELECT lane, priority, ready_key, id, attempt, losses, lease_seconds
  FROM requeued
), again AS MATERIALIZED (
  SELECT
    k.retry_id AS new_id, k.retry_spec, k.retry_count AS new_count, k.retry_original AS new_original, k.retry_due, k.at, k.key AS new_key,
    k.lease_seconds, t.project_id, t.lane, t.priority, t.label, t.schedule_id, t.payload
  FROM took k
  JOIN tasks t ON t.id = ANY (ARRAY[k.task_id])
  WHERE k.retry_id IS NOT NULL
-- An error is tried again as a task of its own, with the payload of the first.
), retried AS (
  INSERT INTO tasks (
    id, project_id, lane, priority, label, schedule_id, spec, retry_count, original_id, created_at, updated_at, ready_key, payload)
  SELECT
    new_id, project_id, lane, priority, label, schedule_id, retry_spec, new_count, new_original, at, at, new_key, payload
  FROM again
), retried_now AS (
  INSERT INTO ready (lane, priority, key, task_id, attempt, losses, lease_seconds)
  SELECT lane, priority, new_key, new_id, 0, 0, lease_seconds
  FROM again
  WHERE retry_due IS NULL
), retried_later AS (
  INSERT INTO delayed (task_id, due_at) SELECT new_id, retry_due FROM again WHERE retry_due IS NOT NULL
), freed AS (
  UPDATE code_limits c
  SET taken = c.taken - n.count
  FROM (SELECT limit_code, count(*) FROM took WHERE limit_code IS NOT NULL GROUP BY limit_code ORDER BY limit_code) n
  WHERE c.code_id = ANY (ARRAY[n.limit_code])
), noted AS (
  INSERT INTO task_events (task_id, at, attempt, kind, cause, session_id, claimed_at)
  SELECT task_id, at, attempt, kind, cause, session_id, claimed_at
  FROM took
)
SELECT task_id, limit_code FROM took;

-- name: glances
SELECT s.id, s.phase, s.attempt, s.token IS NOT NULL, s.message, s.percent, log_end(s.id, s.attempt)
FROM task_states s
WHERE s.id = ANY (@id);

-- name: orders
SELECT s.*, (SELECT t.payload FROM tasks t WHERE t.id = s.id), now_ms()
FROM task_states s
WHERE s.id = ANY (@id) AND s.stopping = 0;

-- name: progress
-- Into the task's row, for one that waits, and into its lease, which tells of it as long as there is one.
UPDATE tasks t
SET percent = COALESCE(@percent, t.percent), message = COALESCE(@message, t.message)
WHERE t.id = @id AND t.phase = 0;
UPDATE leases l
SET percent = COALESCE(@percent, l.percent), message = COALESCE(@message, l.message)
FROM tasks t
WHERE l.task_id = @id AND t.id = @id AND t.phase = 0;

-- name: queue
WITH item AS MATERIALIZED (
  -- Keys are given in the order of the request.
  SELECT i.*, nextval('ready_keys') AS key
  FROM unnest(
    @id, @project_id, @lane, @priority, @label, @schedule_id, @spec, @lease_seconds, @retry_count, @original_id, @retry_of, @created_at,
    @due_at, @payload) i (
    id, project_id, lane, priority, label, schedule_id, spec, lease_seconds, retry_count, original_id, retry_of, created_at, due_at, payload)
), stored AS (
  INSERT INTO tasks (
    id, project_id, lane, priority, label, schedule_id, spec, retry_count, original_id, retry_of, created_at, updated_at, ready_key, payload)
  SELECT
    id, project_id, lane, priority, label, schedule_id, spec, retry_count, original_id, retry_of, created_at, created_at, key, payload
  FROM item
-- The latest retry is named; ids sort by the time of queueing.
), retried AS (
  UPDATE tasks t
  SET retry_id = r.id
  FROM (
    SELECT i.retry_of, max(i.id COLLATE "C") AS id
    FROM item i
    WHERE i.retry_of IS NOT NULL
    GROUP BY i.retry_of
    ORDER BY i.retry_of COLLATE "C") r
  WHERE t.id = ANY (ARRAY[r.retry_of]) AND (t.retry_id IS NULL OR t.retry_id < r.id)
), put_off AS (
  INSERT INTO delayed (task_id, due_at) SELECT id, due_at FROM item WHERE due_at IS NOT NULL
)
INSERT INTO ready (lane, priority, key, task_id, attempt, losses, lease_seconds)
SELECT lane, priority, key, id, 0, 0, lease_seconds
FROM item
WHERE due_at IS NULL;

-- name: states
SELECT s.*, now_ms()
FROM task_states s
WHERE s.id = ANY (@id);

-- name: task_delete
WITH gone AS (
  DELETE FROM tasks t
  WHERE t.id = @id AND t.project_id = @project_id AND t.phase > 0
    AND NOT EXISTS (SELECT FROM leases l WHERE l.task_id = t.id)
  RETURNING t.id
), events AS (
  DELETE FROM task_events e USING gone g WHERE e.task_id = g.id
)
DELETE FROM log_chunks c USING gone g WHERE c.task_id = g.id;

-- name: task_list
-- A project's tasks, newest first: for each phase the newest few, and of these again the newest.
WITH page AS (
  (
    SELECT n.id
    FROM unnest(@heads) h (phase)
    CROSS JOIN LATERAL (
      SELECT t.id
      FROM tasks t
      WHERE t.project_id = @project_id AND t.phase = h.phase
        AND t.id COLLATE "POSIX" >= @from AND t.id COLLATE "POSIX" < @before
        AND (h.phase > 0 OR NOT @waiting
          OR NOT EXISTS (SELECT FROM leases l WHERE l.task_id = t.id AND l.phase > 0))
      ORDER BY t.id COLLATE "POSIX" DESC
      LIMIT @reach) n
  )
  UNION ALL
  -- What is being worked on is few, and stands in the leases.
  SELECT t.id
  FROM leases r
  JOIN tasks t ON t.id = r.task_id
  WHERE @leased > 0 AND ((@leased >> r.phase) & 1) = 1 AND t.phase = 0
      AND t.project_id = @project_id
      AND t.id >= @from AND t.id < @before
  ORDER BY id DESC
  LIMIT @most OFFSET @skip
)
SELECT s.*, CASE WHEN @payloads THEN t.payload ELSE '' END, NULL::bigint
FROM task_states s
JOIN tasks t ON t.id = s.id
WHERE s.id = ANY (ARRAY(SELECT id FROM page))
ORDER BY s.id DESC;

-- name: task_list_label
-- The same for one label of a project.
WITH page AS (
  (
    SELECT n.id
    FROM unnest(@heads) h (phase)
    CROSS JOIN LATERAL (
      SELECT t.id
      FROM tasks t
      WHERE t.project_id || ' ' || t.label = @project_id || ' ' || @label AND t.label <> ''
        AND t.phase = h.phase
        AND t.id COLLATE "POSIX" >= @from AND t.id COLLATE "POSIX" < @before
        AND (@code_name::text IS NULL AND @cluster_id::text IS NULL OR EXISTS (
          SELECT FROM lanes n
          WHERE n.id = t.lane AND (@code_name IS NULL OR n.code_name = @code_name) AND (@cluster_id IS NULL OR n.cluster_id = @cluster_id)))
        AND (h.phase > 0 OR NOT @waiting
          OR NOT EXISTS (SELECT FROM leases l WHERE l.task_id = t.id AND l.phase > 0))
      ORDER BY t.id COLLATE "POSIX" DESC
      LIMIT @reach) n
  )
  UNION ALL
  -- What is being worked on is few, and stands in the leases.
  SELECT t.id
  FROM leases r
  JOIN tasks t ON t.id = r.task_id
  JOIN lanes n ON n.id = t.lane
  WHERE @leased > 0 AND ((@leased >> r.phase) & 1) = 1 AND t.phase = 0
      AND t.project_id = @project_id AND t.label = @label
      AND (@code_name::text IS NULL OR n.code_name = @code_name)
      AND (@cluster_id::text IS NULL OR n.cluster_id = @cluster_id)
      AND t.id >= @from AND t.id < @before
  ORDER BY id DESC
  LIMIT @most OFFSET @skip
)
SELECT s.*, CASE WHEN @payloads THEN t.payload ELSE '' END, NULL::bigint
FROM task_states s
JOIN tasks t ON t.id = s.id
WHERE s.id = ANY (ARRAY(SELECT id FROM page))
ORDER BY s.id DESC;

-- name: task_list_lane
-- The same for the lanes of a code, a cluster, or both: all that they have from one place in the index for each lane and phase.
WITH page AS (
  (
    SELECT n.id
    FROM (
      SELECT l.id AS lane, p.phase
      FROM lanes l
      CROSS JOIN unnest(@heads) p (phase)
      WHERE (@project_id::text IS NULL OR l.project_id = @project_id)
        AND (@code_name::text IS NULL OR l.code_name = @code_name)
        AND (@cluster_id::text IS NULL OR l.cluster_id = @cluster_id)
        AND (@user_id::text IS NULL OR EXISTS (SELECT 1 FROM projects o WHERE o.id = l.project_id AND o.user_id = @user_id))) h
    CROSS JOIN LATERAL (
      SELECT t.id
      FROM tasks t
      WHERE t.lane = h.lane AND t.phase = h.phase
        AND t.id COLLATE "POSIX" >= @from AND t.id COLLATE "POSIX" < @before
        AND (@label::text IS NULL OR t.label = @label)
        AND (h.phase > 0 OR NOT @waiting
          OR NOT EXISTS (SELECT FROM leases l WHERE l.task_id = t.id AND l.phase > 0))
      ORDER BY t.id COLLATE "POSIX" DESC
      LIMIT @reach) n
  )
  UNION ALL
  -- What is being worked on is few, and stands in the leases.
  SELECT t.id
  FROM leases r
  JOIN tasks t ON t.id = r.task_id
  JOIN lanes l ON l.id = t.lane
  WHERE @leased > 0 AND ((@leased >> r.phase) & 1) = 1 AND t.phase = 0
      AND (@project_id::text IS NULL OR t.project_id = @project_id)
      AND (@code_name::text IS NULL OR l.code_name = @code_name)
      AND (@cluster_id::text IS NULL OR l.cluster_id = @cluster_id)
      AND (@label::text IS NULL OR t.label = @label)
      AND (@user_id::text IS NULL OR EXISTS (SELECT 1 FROM projects o WHERE o.id = t.project_id AND o.user_id = @user_id))
      AND t.id >= @from AND t.id < @before
  ORDER BY id DESC
  LIMIT @most OFFSET @skip
)
SELECT s.*, CASE WHEN @payloads THEN t.payload ELSE '' END, NULL::bigint
FROM task_states s
JOIN tasks t ON t.id = s.id
WHERE s.id = ANY (ARRAY(SELECT id FROM page))
ORDER BY s.id DESC;

-- name: tasks_find
-- Clients that wait ask for their task ten times a second each: the size of the log stands here in full, since a function would be planned anew
-- each time.
SELECT s.*, t.payload, COALESCE((
  SELECT c.start + c.size
  FROM log_chunks c
  WHERE c.task_id = s.id AND c.attempt = s.attempt
  ORDER BY c.start DESC
  LIMIT 1), 0)
FROM task_states s
JOIN tasks t ON t.id = s.id
WHERE s.id = ANY (@id);
