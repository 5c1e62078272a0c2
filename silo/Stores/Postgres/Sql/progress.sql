-- Into the task's row, for one that waits, and into its lease, which tells of it as long as there is one.
UPDATE tasks t
SET percent = COALESCE(@percent, t.percent), message = COALESCE(@message, t.message)
WHERE t.id = @id AND t.phase IS NULL;
UPDATE leases l
SET percent = COALESCE(@percent, l.percent), message = COALESCE(@message, l.message)
FROM tasks t
WHERE l.task_id = @id AND t.id = @id AND t.phase IS NULL;
