SELECT s.*, d.due_at
FROM delayed d
JOIN task_states s ON s.id = d.task_id
WHERE d.due_at <= @now
ORDER BY d.due_at
LIMIT @most;
