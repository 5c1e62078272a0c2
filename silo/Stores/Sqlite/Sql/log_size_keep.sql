UPDATE tasks
SET log_size = COALESCE((
  SELECT start + size FROM log_chunks WHERE task_id = @task_id AND attempt = @attempt ORDER BY start DESC LIMIT 1), 0)
WHERE id = @task_id;
