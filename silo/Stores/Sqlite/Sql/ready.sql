-- name: delayed_add
INSERT INTO delayed (task_id, due_at) VALUES (@task_id, @due_at);

-- name: due
-- CROSS keeps the order of the tables: what is due leads, in the order of its index.
SELECT s.*, d.due_at
FROM delayed d
CROSS JOIN task_states s
WHERE s.id = d.task_id AND d.due_at <= @now
ORDER BY d.due_at
LIMIT @most;

-- name: due_next
SELECT MIN(due_at) FROM delayed;

-- name: head_rows
SELECT key, task_id, attempt, losses, lease_seconds
FROM ready
WHERE lane = @lane AND priority = @priority AND key > @after
  AND NOT EXISTS (SELECT 1 FROM lanes l JOIN paused_codes c ON c.code_id = l.code_id WHERE l.id = @lane)
ORDER BY key
LIMIT @most;

-- name: key_block
INSERT INTO key_blocks (only_row, block) VALUES (1, 1)
ON CONFLICT (only_row) DO UPDATE SET block = key_blocks.block + 1
RETURNING block;

-- name: queue_leave
DELETE FROM ready
WHERE (lane, priority, key) = (SELECT lane, priority, ready_key FROM tasks WHERE id = @task_id);
DELETE FROM delayed WHERE task_id = @task_id;

-- name: ready_add
INSERT INTO ready (lane, priority, key, task_id, attempt, losses, lease_seconds)
VALUES (@lane, @priority, @key, @task_id, @attempt, @losses, @lease_seconds);

-- name: ready_take
DELETE FROM ready WHERE lane = @lane AND priority = @priority AND key = @key;

-- name: waiting
SELECT l.cluster_id, l.id, p.priority, l.labels
FROM lanes l
CROSS JOIN (SELECT 0 AS priority UNION ALL SELECT 1 UNION ALL SELECT 2) p
WHERE (@cluster_id IS NULL OR l.cluster_id = @cluster_id)
  AND NOT EXISTS (SELECT 1 FROM paused_codes c WHERE c.code_id = l.code_id)
  AND EXISTS (SELECT 1 FROM ready r WHERE r.lane = l.id AND r.priority = p.priority);

-- name: waiting_of_code
SELECT l.cluster_id, l.id, p.priority, l.labels
FROM lanes l
CROSS JOIN (SELECT 0 AS priority UNION ALL SELECT 1 UNION ALL SELECT 2) p
WHERE l.code_id = @code_id AND EXISTS (SELECT 1 FROM ready r WHERE r.lane = l.id AND r.priority = p.priority);
