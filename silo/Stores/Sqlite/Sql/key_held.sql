SELECT k.task_id
FROM task_keys k
WHERE k.project_id = @project_id AND k.kind = @kind AND k.key = @key
  AND CASE WHEN k.kind = 0 THEN k.created_at > @since
    ELSE EXISTS (
      SELECT 1 FROM tasks t
      WHERE t.id = k.task_id AND t.phase IS NULL AND NOT EXISTS (SELECT 1 FROM leases l WHERE l.task_id = t.id))
    END;
