-- The newest of a label's tasks in one phase.
SELECT t.id
FROM tasks t
WHERE t.project_id = @project_id AND t.label = @label AND t.label <> '' AND COALESCE(t.phase, 0) = @phase AND t.id >= @from AND t.id < @before
  AND (@code_name IS NULL OR t.code_name = @code_name)
  AND (@cluster_id IS NULL OR t.cluster_id = @cluster_id)
  AND (@phase > 0 OR NOT @waiting OR NOT EXISTS (SELECT 1 FROM leases l WHERE l.task_id = t.id AND l.phase > 0))
ORDER BY t.id DESC
LIMIT @reach;
