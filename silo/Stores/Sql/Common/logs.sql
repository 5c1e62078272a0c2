-- name: log_read
SELECT start, size, data, runs
FROM log_chunks
WHERE task_id = @task_id AND attempt = @attempt AND start >= COALESCE((
  SELECT MAX(start) FROM log_chunks WHERE task_id = @task_id AND attempt = @attempt AND start <= @offset), 0)
ORDER BY start
LIMIT 16;
