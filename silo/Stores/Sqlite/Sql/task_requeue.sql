UPDATE tasks
SET ready_key = @key, attempt = @attempt, losses = @losses, percent = @percent, message = @message,
    updated_at = @now, version = version + 1
WHERE id = @task_id;
