SELECT s.*, t.payload, (
  SELECT start + size FROM log_chunks c
  WHERE c.task_id = s.id AND c.attempt = s.attempt ORDER BY start DESC LIMIT 1)
FROM task_states s
JOIN tasks t ON t.id = s.id
WHERE s.id = @id AND s.project_id = @project_id;
