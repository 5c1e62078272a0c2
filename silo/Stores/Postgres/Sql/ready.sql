-- name: due
WITH due AS MATERIALIZED (
  SELECT d.task_id, d.due_at
  FROM delayed d
  WHERE d.due_at <= now_ms()
  ORDER BY d.due_at
  LIMIT @most
  FOR UPDATE SKIP LOCKED
)
SELECT s.*, now_ms(), d.due_at
FROM due d
JOIN task_states s ON s.id = ANY (ARRAY[d.task_id])
ORDER BY d.due_at, d.task_id;

-- name: due_next
SELECT min(due_at) - now_ms() FROM delayed;

-- name: waiting
-- One index probe for each lane and priority, however many tasks wait there.
SELECT l.cluster_id, l.id, p.priority, l.labels
FROM lanes l
CROSS JOIN (VALUES (0), (1), (2)) p (priority)
CROSS JOIN LATERAL (SELECT 1 FROM ready r WHERE r.lane = l.id AND r.priority = p.priority LIMIT 1) waits
WHERE (@cluster_id::text IS NULL OR l.cluster_id = @cluster_id)
  AND NOT EXISTS (SELECT 1 FROM paused_codes c WHERE c.code_id = l.code_id);

-- name: waiting_of_code
SELECT l.cluster_id, l.id, p.priority, l.labels
FROM lanes l
CROSS JOIN (VALUES (0), (1), (2)) p (priority)
CROSS JOIN LATERAL (SELECT 1 FROM ready r WHERE r.lane = l.id AND r.priority = p.priority LIMIT 1) waits
WHERE l.code_id = @code_id;
