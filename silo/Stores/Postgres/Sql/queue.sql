WITH item AS MATERIALIZED (
  -- Keys are given in the order of the request.
  SELECT i.*, nextval('ready_keys') AS key
  FROM unnest(
    @id, @project_id, @cluster_id, @lane, @code_id, @code_rev, @code_name, @priority, @timeout, @delay, @label,
    @schedule_id, @retries, @retries_delay, @lease_seconds, @max_losses, @retry_count, @original_id, @created_at, @due_at,
    @payload, @required_labels) i (
    id, project_id, cluster_id, lane, code_id, code_rev, code_name, priority, timeout, delay, label,
    schedule_id, retries, retries_delay, lease_seconds, max_losses, retry_count, original_id, created_at, due_at,
    payload, required_labels)
), stored AS (
  INSERT INTO tasks (
    id, project_id, cluster_id, lane, code_id, code_rev, code_name, priority, timeout, delay, label, schedule_id,
    retries, retries_delay, lease_seconds, max_losses, retry_count, original_id, created_at, updated_at, ready_key, payload,
    required_labels)
  SELECT
    id, project_id, cluster_id, lane, code_id, code_rev, code_name, priority, timeout, delay, label, schedule_id,
    retries, retries_delay, lease_seconds, max_losses, retry_count, original_id, created_at, created_at, key, payload,
    required_labels
  FROM item
), put_off AS (
  INSERT INTO delayed (task_id, due_at) SELECT id, due_at FROM item WHERE due_at IS NOT NULL
)
INSERT INTO ready (lane, priority, key, task_id, attempt, losses, lease_seconds)
SELECT lane, priority, key, id, 0, 0, lease_seconds
FROM item
WHERE due_at IS NULL;
