SELECT k.kind, k.key, k.task_id
FROM task_keys k
WHERE k.project_id = @project_id AND (k.kind, k.key) IN (SELECT * FROM unnest(@kind, @key)) AND k.task_id <> ''
  AND CASE WHEN k.kind = 0 THEN k.created_at > now_ms() - @idempotency_time
    ELSE EXISTS (
      SELECT FROM tasks t
      WHERE t.id = k.task_id AND t.phase IS NULL AND NOT EXISTS (SELECT FROM leases l WHERE l.task_id = t.id))
    END;
