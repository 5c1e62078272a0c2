-- A schedule as the domain sees it, and the ground that it would run on. The code reads the columns in this order.
-- A code that was deleted, and a cluster that is no longer shared, are no ground.
CREATE VIEW schedule_states AS
SELECT
  s.id, s.project_id, s.cluster_id, s.code_name, s.priority, s.timeout, s.label, s.name, s.run_every, s.cron, s.time_zone,
  s.run_times, s.end_at, s.delay, s.task_delay, s.max_concurrency, s.start_at, s.phase, s.message, s.next_start, s.last_run_at,
  s.run_count, s.error_count, s.skip_count, s.collapse_count, s.created_at, s.updated_at, s.version,
  c.id AS code_id, r.rev, r.default_priority, k.max_timeout, r.retries, r.retries_delay, r.lease_seconds, r.max_losses,
  CASE WHEN s.max_concurrency > 0 THEN (
    SELECT COUNT(*)
    FROM tasks t
    WHERE t.schedule_id = s.id AND t.schedule_id <> '' AND t.phase IS NULL) ELSE 0 END AS open_tasks
FROM schedules s
LEFT JOIN codes c ON c.project_id = s.project_id AND c.name = s.code_name AND c.archived_at IS NULL
LEFT JOIN code_revisions r ON r.code_id = c.id AND r.rev = c.rev
LEFT JOIN projects p ON p.id = s.project_id
LEFT JOIN clusters k ON k.id = s.cluster_id AND (
  k.user_id = p.user_id
  OR EXISTS (SELECT 1 FROM cluster_shares h WHERE h.cluster_id = k.id AND h.user_id = p.user_id));
