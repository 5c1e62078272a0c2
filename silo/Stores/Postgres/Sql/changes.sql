WITH change AS MATERIALIZED (
  -- What waits again, or anew, gets its key in the order of the request.
  SELECT i.*, CASE WHEN i.requeues OR i.retry_id IS NOT NULL THEN nextval('ready_keys') END AS key
  FROM unnest(
    @task_id, @held_attempt, @held_token, @held_session, @held_stopping, @drops, @stops, @leaves, @ends, @requeues,
    @phase, @message, @exit_code, @duration, @attempt, @losses, @percent, @digest, @started_at, @at, @kind, @detail,
    @retry_id, @retry_delay, @retry_count, @retry_original, @retry_due) i (
    task_id, held_attempt, held_token, held_session, held_stopping, drops, stops, leaves, ends, requeues,
    phase, message, exit_code, duration, attempt, losses, percent, digest, started_at, at, kind, detail,
    retry_id, retry_delay, retry_count, retry_original, retry_due)
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
  RETURNING i.*, l.limit_code
), stopped AS (
  UPDATE leases l
  SET stopping = 1
  FROM item i
  WHERE i.stops AND l.task_id = ANY (ARRAY[i.task_id]) AND l.stopping = i.held_stopping
    AND (l.attempt, l.token, l.session_id) IS NOT DISTINCT FROM (i.held_attempt, i.held_token, i.held_session)
  RETURNING i.*, NULL::text AS limit_code
), left_ready AS (
  DELETE FROM ready r
  USING item i, tasks t
  WHERE i.leaves AND t.id = ANY (ARRAY[i.task_id])
    AND r.lane = ANY (ARRAY[t.lane]) AND r.priority = ANY (ARRAY[t.priority]) AND r.key = ANY (ARRAY[t.ready_key])
  RETURNING i.*, NULL::text AS limit_code
), left_delayed AS (
  DELETE FROM delayed d
  USING item i
  WHERE i.leaves AND d.task_id = ANY (ARRAY[i.task_id])
  RETURNING i.*, NULL::text AS limit_code
), took AS MATERIALIZED (
  SELECT * FROM dropped
  UNION ALL SELECT * FROM stopped
  UNION ALL SELECT * FROM left_ready
  UNION ALL SELECT * FROM left_delayed
), ended AS (
  UPDATE tasks t
  SET phase = k.phase, message = k.message, exit_code = k.exit_code, duration = k.duration, attempt = k.attempt,
      losses = k.losses, percent = k.percent, digest = k.digest, started_at = k.started_at, ended_at = k.at,
      updated_at = k.at, version = t.version + 1, retry_id = COALESCE(k.retry_id, t.retry_id),
      log_size = CASE WHEN k.drops THEN log_end(t.id, k.attempt) ELSE t.log_size END
  FROM took k
  WHERE k.ends AND t.id = ANY (ARRAY[k.task_id]) AND t.phase IS NULL
), let_go AS (
  UPDATE tasks t
  SET log_size = log_end(t.id, k.attempt)
  FROM took k
  WHERE k.drops AND NOT k.ends AND NOT k.requeues AND t.id = ANY (ARRAY[k.task_id])
), requeued AS (
  UPDATE tasks t
  SET ready_key = k.key, attempt = k.attempt, losses = k.losses, percent = k.percent, message = k.message, updated_at = k.at, version = t.version + 1
  FROM took k
  WHERE k.requeues AND t.id = ANY (ARRAY[k.task_id])
  RETURNING t.id, t.lane, t.priority, t.ready_key, t.attempt, t.losses, t.lease_seconds
), waiting AS (
  INSERT INTO ready (lane, priority, key, task_id, attempt, losses, lease_seconds)
  SELECT lane, priority, ready_key, id, attempt, losses, lease_seconds
  FROM requeued
), again AS MATERIALIZED (
  SELECT
    k.retry_id AS new_id, k.retry_delay AS new_delay, k.retry_count AS new_count, k.retry_original AS new_original, k.retry_due, k.at,
    k.key AS new_key, t.*
  FROM took k
  JOIN tasks t ON t.id = ANY (ARRAY[k.task_id])
  WHERE k.retry_id IS NOT NULL
-- An error is tried again as a task of its own, with the payload of the first.
), retried AS (
  INSERT INTO tasks (
    id, project_id, cluster_id, lane, code_id, code_rev, code_name, priority, timeout, delay, label, schedule_id,
    retries, retries_delay, lease_seconds, max_losses, retry_count, original_id, created_at, updated_at, ready_key, payload,
    required_labels, traceparent)
  SELECT
    new_id, project_id, cluster_id, lane, code_id, code_rev, code_name, priority, timeout, new_delay, label, schedule_id,
    retries, retries_delay, lease_seconds, max_losses, new_count, new_original, at, at, new_key, payload,
    required_labels, traceparent
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
  INSERT INTO task_events (task_id, at, attempt, kind, detail)
  SELECT task_id, at, attempt, kind, detail
  FROM took
)
SELECT task_id, limit_code FROM took;
