DELETE FROM task_keys
WHERE (project_id, kind, key) IN (
    SELECT o.project_id, o.kind, o.key
    FROM task_keys o
    WHERE o.created_at <= @since
      AND (o.kind = 0 OR NOT EXISTS (
        SELECT 1 FROM tasks t
        WHERE t.id = o.task_id AND t.phase IS NULL AND NOT EXISTS (SELECT 1 FROM leases l WHERE l.task_id = t.id)))
    ORDER BY o.created_at
    LIMIT @most);
