-- name: keys_forget
DELETE FROM task_keys k
WHERE (k.project_id, k.kind, k.key) IN (
    SELECT o.project_id, o.kind, o.key
    FROM task_keys o
    WHERE o.created_at <= now_ms() - @idempotency_time
      AND (o.kind = 0 OR NOT EXISTS (
        SELECT FROM tasks t
        WHERE t.id = o.task_id AND t.phase = 0 AND NOT EXISTS (SELECT FROM leases l WHERE l.task_id = t.id)))
    ORDER BY o.created_at
    LIMIT @most
    FOR UPDATE SKIP LOCKED)
RETURNING k.task_id;

-- name: keys_held
SELECT k.kind, k.key, k.task_id
FROM task_keys k
WHERE k.project_id = @project_id AND (k.kind, k.key) IN (SELECT * FROM unnest(@kind, @key)) AND k.task_id <> ''
  AND CASE WHEN k.kind = 0 THEN k.created_at > now_ms() - @idempotency_time
    ELSE EXISTS (
      SELECT FROM tasks t
      WHERE t.id = k.task_id AND t.phase = 0 AND NOT EXISTS (SELECT FROM leases l WHERE l.task_id = t.id))
    END;

-- name: keys_lock
-- In the order of keys, so that requests which share some wait for each other and never in a circle.
INSERT INTO task_keys (project_id, kind, key, task_id, created_at)
SELECT @project_id, i.kind, i.key, '', now_ms()
FROM unnest(@kind, @key) i (kind, key)
ORDER BY i.kind, i.key COLLATE "C"
ON CONFLICT (project_id, kind, key) DO NOTHING;
SELECT k.task_id
FROM task_keys k
WHERE k.project_id = @project_id AND (k.kind, k.key) IN (SELECT * FROM unnest(@kind, @key))
ORDER BY k.kind, k.key
FOR UPDATE;

-- name: keys_set
UPDATE task_keys k
SET task_id = i.task_id, created_at = now_ms()
FROM unnest(@kind, @key, @task_id) i (kind, key, task_id)
WHERE k.project_id = @project_id AND k.kind = i.kind AND k.key = i.key;
