-- name: key_held
SELECT k.task_id
FROM task_keys k
WHERE k.project_id = @project_id AND k.kind = @kind AND k.key = @key
  AND CASE WHEN k.kind = 0 THEN k.created_at > @since
    ELSE EXISTS (
      SELECT 1 FROM tasks t
      WHERE t.id = k.task_id AND t.phase = 0 AND NOT EXISTS (SELECT 1 FROM leases l WHERE l.task_id = t.id))
    END;

-- name: key_set
INSERT INTO task_keys (project_id, kind, key, task_id, created_at) VALUES (@project_id, @kind, @key, @task_id, @now)
ON CONFLICT (project_id, kind, key) DO UPDATE SET task_id = excluded.task_id, created_at = excluded.created_at;

-- name: keys_forget
DELETE FROM task_keys
WHERE (project_id, kind, key) IN (
    SELECT o.project_id, o.kind, o.key
    FROM task_keys o
    WHERE o.created_at <= @since
      AND (o.kind = 0 OR NOT EXISTS (
        SELECT 1 FROM tasks t
        WHERE t.id = o.task_id AND t.phase = 0 AND NOT EXISTS (SELECT 1 FROM leases l WHERE l.task_id = t.id)))
    ORDER BY o.created_at
    LIMIT @most);
