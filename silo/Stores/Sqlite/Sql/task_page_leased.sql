-- The newest that are being worked on: they are few, and stand in the leases.
SELECT t.id
FROM leases r
CROSS JOIN tasks t ON t.id = r.task_id
WHERE ((@leased >> r.phase) & 1) = 1 AND t.phase IS NULL
  AND (@project_id IS NULL OR t.project_id = @project_id)
  AND (@label IS NULL OR t.label = @label)
  AND (@code_name IS NULL OR t.code_name = @code_name)
  AND (@cluster_id IS NULL OR t.cluster_id = @cluster_id)
  AND (@user_id IS NULL OR EXISTS (SELECT 1 FROM projects o WHERE o.id = t.project_id AND o.user_id = @user_id))
  AND t.id >= @from AND t.id < @before
ORDER BY t.id DESC
LIMIT @reach;
