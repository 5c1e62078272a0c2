-- Into the task's row, for one that waits, and into its lease, which tells of it as long as there is one.
UPDATE tasks
SET percent = COALESCE(@percent, percent), message = COALESCE(@message, message)
WHERE id = @id AND phase IS NULL;
UPDATE leases
SET percent = COALESCE(@percent, percent), message = COALESCE(@message, message)
WHERE task_id = @id AND EXISTS (SELECT 1 FROM tasks t WHERE t.id = @id AND t.phase IS NULL);
