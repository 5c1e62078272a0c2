SELECT s.*, t.payload, log_end(s.id, s.attempt)
FROM task_states s
JOIN tasks t ON t.id = s.id
WHERE s.id = @id AND s.project_id = @project_id;
