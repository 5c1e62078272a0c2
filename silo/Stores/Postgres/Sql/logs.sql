-- name: log_ends
SELECT l.task_id, l.attempt, l.token, l.session_id, log_end(l.task_id, l.attempt)
FROM leases l
WHERE l.task_id = ANY (@task_id);

-- name: logs_add
-- The lease's key is held until the pieces are in: a finish, which keeps the log's size, comes before or after them.
WITH held AS MATERIALIZED (
  SELECT l.task_id, l.attempt, l.token, l.session_id
  FROM leases l
  WHERE l.task_id = ANY (@task_id)
  ORDER BY l.task_id
  FOR KEY SHARE
)
INSERT INTO log_chunks (task_id, attempt, start, size, data, runs)
SELECT i.task_id, i.attempt, i.start, i.size, i.data, i.runs
FROM unnest(@task_id, @attempt, @token, @session_id, @start, @size, @data, @runs) i (
  task_id, attempt, token, session_id, start, size, data, runs)
WHERE ((i.task_id, i.attempt, i.token, i.session_id) IN (SELECT h.task_id, h.attempt, h.token, h.session_id FROM held h)) IS TRUE
ON CONFLICT (task_id, attempt, start) DO NOTHING
RETURNING task_id, attempt;
