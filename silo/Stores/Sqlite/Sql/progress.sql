UPDATE leases
SET percent = COALESCE(@percent, percent), message = COALESCE(@message, message)
WHERE task_id = @id AND phase = 2 AND stopping = 0
  AND EXISTS (SELECT 1 FROM tasks t WHERE t.id = @id AND t.project_id = @project_id AND t.phase IS NULL);
SELECT t.id
FROM tasks t
WHERE t.id = @id AND t.project_id = @project_id;
