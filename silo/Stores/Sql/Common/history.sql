-- name: history
-- Each part is in the order of its table's key, so that they are merged as they are read; nothing is sorted or kept.
SELECT
  t.id AS task_id, 0 AS part, 0 AS seq, t.created_at AS at, t.attempt, NULL AS kind, NULL AS cause, NULLIF(t.phase, 0), t.losses, t.spec, t.retry_count,
  CASE WHEN t.original_id IS NULL AND t.schedule_id = '' THEN 1 ELSE 0 END AS asked,
  NULL AS claimed_at,
  CASE
    WHEN EXISTS (
      SELECT 1 FROM ready r
      WHERE r.lane = t.lane AND r.priority = t.priority AND r.key = t.ready_key AND r.task_id = t.id) THEN 1
    WHEN EXISTS (SELECT 1 FROM delayed d WHERE d.task_id = t.id) THEN 1
    ELSE 0
  END AS waits
FROM tasks t
UNION ALL
SELECT e.task_id, 1, e.seq, e.at, e.attempt, e.kind, substr(e.cause, 1, 100), NULL, 0, NULL, 0, 0, e.claimed_at, 0
FROM task_events e
UNION ALL
SELECT c.task_id, 2, c.start, c.size, c.attempt, NULL, NULL, NULL, 0, NULL, 0, 0, NULL, 0
FROM log_chunks c
UNION ALL
SELECT l.task_id, 3, 0, 0, l.attempt, NULL, NULL, NULL, 0, NULL, 0, 0, l.claimed_at, 0
FROM leases l
ORDER BY 1;
