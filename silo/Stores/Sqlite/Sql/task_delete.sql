DELETE FROM tasks
WHERE id = @id AND project_id = @project_id AND phase IS NOT NULL AND NOT EXISTS (SELECT 1 FROM leases l WHERE l.task_id = @id);
DELETE FROM task_events WHERE task_id = @id AND NOT EXISTS (SELECT 1 FROM tasks t WHERE t.id = @id);
DELETE FROM log_chunks WHERE task_id = @id AND NOT EXISTS (SELECT 1 FROM tasks t WHERE t.id = @id);
