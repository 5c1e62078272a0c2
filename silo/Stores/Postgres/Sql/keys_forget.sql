DELETE FROM task_keys k
WHERE (k.project_id, k.kind, k.key) IN (
    SELECT o.project_id, o.kind, o.key
    FROM task_keys o
    WHERE o.created_at <= now_ms() - @idempotency_time
      AND (o.kind = 0 OR NOT EXISTS (
        SELECT FROM tasks t
        WHERE t.id = o.task_id AND t.phase IS NULL AND NOT EXISTS (SELECT FROM leases l WHERE l.task_id = t.id)))
    ORDER BY o.created_at
    LIMIT @most
    FOR UPDATE SKIP LOCKED)
RETURNING k.task_id;
