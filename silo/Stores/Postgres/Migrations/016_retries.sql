-- A task names the one that it retries by hand, and its own latest retry. And what was said of its progress while it waited is kept.
ALTER TABLE tasks ADD COLUMN retry_of text COLLATE "C";
ALTER TABLE tasks ADD COLUMN retry_id text COLLATE "C";
CREATE OR REPLACE VIEW task_states AS
SELECT
  t.id, t.project_id, t.cluster_id, t.lane, t.code_id, t.code_rev, t.code_name, t.priority, t.timeout, t.delay, t.label,
  t.schedule_id, t.retries, t.retries_delay, t.lease_seconds, t.max_losses, t.retry_count, t.original_id,
  COALESCE(t.phase, l.phase, 0) AS phase,
  COALESCE(l.attempt, t.attempt) AS attempt,
  COALESCE(l.losses, t.losses) AS losses,
  CASE WHEN t.phase IS NULL AND l.message <> '' THEN l.message ELSE t.message END AS message,
  t.exit_code,
  CASE WHEN t.phase IS NULL AND l.percent > 0 THEN l.percent ELSE t.percent END AS percent,
  COALESCE(CASE WHEN t.phase IS NULL THEN l.digest END, t.digest) AS digest,
  t.duration, t.log_size, t.created_at, t.updated_at,
  COALESCE(CASE WHEN t.phase IS NULL THEN l.started_at END, t.started_at) AS started_at,
  t.ended_at,
  l.token, l.session_id, l.until, l.confirmed, l.stopping,
  t.required_labels, t.retry_of, t.retry_id
FROM tasks t
LEFT JOIN leases l ON l.task_id = t.id;
