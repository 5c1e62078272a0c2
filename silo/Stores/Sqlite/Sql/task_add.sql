INSERT INTO tasks (
  id, project_id, cluster_id, lane, code_id, code_rev, code_name, priority, timeout, delay, label, schedule_id,
  retries, retries_delay, lease_seconds, max_losses, retry_count, original_id, created_at, updated_at, ready_key, payload,
  required_labels, retry_of, traceparent)
VALUES (
  @id, @project_id, @cluster_id, @lane, @code_id, @code_rev, @code_name, @priority, @timeout, @delay, @label, @schedule_id,
  @retries, @retries_delay, @lease_seconds, @max_losses, @retry_count, @original_id, @created_at, @created_at, @ready_key,
  @payload, @required_labels, @retry_of, @traceparent);
