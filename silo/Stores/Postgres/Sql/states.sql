SELECT s.*, now_ms()
FROM task_states s
WHERE s.id = ANY (@id);
