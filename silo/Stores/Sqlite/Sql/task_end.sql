UPDATE tasks
SET phase = @phase, message = @message, exit_code = @exit_code, duration = @duration, attempt = @attempt, losses = @losses,
    percent = @percent, digest = @digest, started_at = @started_at, ended_at = @now, updated_at = @now, version = version + 1,
    retry_id = COALESCE(@retry_id, retry_id),
    log_size = CASE WHEN @drops_lease THEN COALESCE((
      SELECT start + size FROM log_chunks WHERE task_id = @task_id AND attempt = @attempt ORDER BY start DESC LIMIT 1), 0)
      ELSE log_size END
WHERE id = @task_id AND phase IS NULL;
