UPDATE tasks
SET phase = @phase, message = @message, exit_code = @exit_code, duration = @duration, attempt = @attempt, losses = @losses,
    percent = @percent, digest = @digest, started_at = @started_at, ended_at = @now, updated_at = @now, version = version + 1
WHERE id = @task_id AND phase IS NULL;
