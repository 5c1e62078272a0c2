SELECT s.*, t.payload, NULL
FROM task_states s
JOIN tasks t ON t.id = s.id
WHERE s.schedule_id = @schedule_id AND s.schedule_id <> '' AND s.project_id = @project_id
ORDER BY s.id DESC
LIMIT @most OFFSET @skip;
