-- name: log_add
INSERT INTO log_chunks (task_id, attempt, start, size, data, runs)
VALUES (@task_id, @attempt, @start, @size, @data, @runs);

-- name: log_end
SELECT COALESCE(
  (SELECT start + size FROM log_chunks WHERE task_id = @task_id AND attempt = @attempt ORDER BY start DESC LIMIT 1), 0)
FROM leases
WHERE task_id = @task_id AND attempt = @attempt AND token = @token AND session_id = @session_id;
