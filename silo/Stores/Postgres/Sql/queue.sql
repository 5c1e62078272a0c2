WITH item AS MATERIALIZED (
  -- Keys are given in the order of the request.
  SELECT i.*, nextval('ready_keys') AS key
  FROM unnest(
    @id, @project_id, @cluster_id, @lane, @code_id, @code_rev, @code_name, @priority, @timeout, @delay, @label,
    @schedule_id, @retries, @retries_delay, @lease_seconds, @max_losses, @retry_count, @original_id, @created_at, @due_at,
    @payload, @required_labels, @retry_of, @traceparent) i (
    id, project_id, cluster_id, lane, code_id, code_rev, code_name, priority, timeout, delay, label,
    schedule_id, retries, retries_delay, lease_seconds, max_losses, retry_count, original_id, created_at, due_at,
    payload, required_labels, retry_of, traceparent)
), stored AS (
  INSERT INTO tasks (
    id, project_id, cluster_id, lane, code_id, code_rev, code_name, priority, timeout, delay, label, schedule_id,
    retries, retries_delay, lease_seconds, max_losses, retry_count, original_id, created_at, updated_at, ready_key, payload,
    required_labels, retry_of, traceparent)
  SELECT
    id, project_id, cluster_id, lane, code_id, code_rev, code_name, priority, timeout, delay, label, schedule_id,
    retries, retries_delay, lease_seconds, max_losses, retry_count, original_id, created_at, created_at, key, payload,
    required_labels, retry_of, traceparent
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
