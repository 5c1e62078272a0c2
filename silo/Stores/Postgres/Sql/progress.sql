UPDATE leases l
SET percent = COALESCE(@percent, l.percent), message = COALESCE(@message, l.message)
FROM tasks t
WHERE l.task_id = @id AND t.id = @id AND t.project_id = @project_id AND t.phase IS NULL AND l.phase = 2 AND l.stopping = 0;
SELECT t.id
FROM tasks t
WHERE t.id = @id AND t.project_id = @project_id;
