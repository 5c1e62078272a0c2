UPDATE tasks
SET ready_key = @key, attempt = @attempt, losses = @losses, updated_at = @now, version = version + 1
WHERE id = @task_id;
