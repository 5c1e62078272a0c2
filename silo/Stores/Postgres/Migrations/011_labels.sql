-- What runners have and tasks require, as lanes have it: sorted, each once, with spaces between. And runners that are held.
ALTER TABLE sessions ADD COLUMN labels text COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN paused integer NOT NULL DEFAULT 0;
ALTER TABLE code_revisions ADD COLUMN required_labels text COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE schedules ADD COLUMN required_labels text COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE tasks ADD COLUMN required_labels text COLLATE "C" NOT NULL DEFAULT '';
CREATE OR REPLACE VIEW task_states AS
SELECT
  t.id, t.project_id, t.cluster_id, t.lane, t.code_id, t.code_rev, t.code_name, t.priority, t.timeout, t.delay, t.label,
  t.schedule_id, t.retries, t.retries_delay, t.lease_seconds, t.max_losses, t.retry_count, t.original_id,
  COALESCE(t.phase, l.phase, 0) AS phase,
  COALESCE(l.attempt, t.attempt) AS attempt,
  COALESCE(l.losses, t.losses) AS losses,
  COALESCE(CASE WHEN t.phase IS NULL THEN l.message END, t.message) AS message,
  t.exit_code,
  COALESCE(CASE WHEN t.phase IS NULL THEN l.percent END, t.percent) AS percent,
  COALESCE(CASE WHEN t.phase IS NULL THEN l.digest END, t.digest) AS digest,
  t.duration, t.log_size, t.created_at, t.updated_at,
  COALESCE(CASE WHEN t.phase IS NULL THEN l.started_at END, t.started_at) AS started_at,
  t.ended_at,
  l.token, l.session_id, l.until, l.confirmed, l.stopping,
  t.required_labels
FROM tasks t
LEFT JOIN leases l ON l.task_id = t.id;
CREATE OR REPLACE VIEW code_states AS
SELECT
  c.id, c.project_id, c.name, c.created_at, c.updated_at, c.archived_at,
  EXISTS (SELECT 1 FROM paused_codes p WHERE p.code_id = c.id) AS paused,
  r.id AS revision_id, r.rev, r.image, r.command, r.config, r.env_vars, r.retries, r.retries_delay, r.default_priority,
  r.max_concurrency, r.lease_seconds, r.max_losses, r.created_at AS uploaded_at, r.stack, r.runtime, r.file_name, r.zip_size,
  r.md5, r.sha256,
  r.rev = c.rev AS is_current,
  r.signature, r.required_labels
FROM codes c
JOIN code_revisions r ON r.code_id = c.id;
CREATE OR REPLACE VIEW schedule_states AS
SELECT
  s.id, s.project_id, s.cluster_id, s.code_name, s.priority, s.timeout, s.label, s.name, s.run_every, s.cron, s.time_zone,
  s.run_times, s.end_at, s.delay, s.task_delay, s.max_concurrency, s.start_at, s.phase, s.message, s.next_start, s.last_run_at,
  s.run_count, s.error_count, s.skip_count, s.collapse_count, s.created_at, s.updated_at, s.version,
  c.id AS code_id, r.rev, r.default_priority, k.max_timeout, r.retries, r.retries_delay, r.lease_seconds, r.max_losses,
  CASE WHEN s.max_concurrency > 0 THEN (
    SELECT count(*)::integer
    FROM tasks t
    WHERE t.schedule_id = s.id AND t.schedule_id <> '' AND t.phase IS NULL) ELSE 0 END AS open_tasks,
  s.required_labels, r.required_labels AS code_labels
FROM schedules s
LEFT JOIN codes c ON c.project_id = s.project_id AND c.name = s.code_name AND c.archived_at IS NULL
LEFT JOIN code_revisions r ON r.code_id = c.id AND r.rev = c.rev
LEFT JOIN projects p ON p.id = s.project_id
LEFT JOIN clusters k ON k.id = s.cluster_id AND (
  k.user_id = p.user_id
  OR EXISTS (SELECT 1 FROM cluster_shares h WHERE h.cluster_id = k.id AND h.user_id = p.user_id));
