SELECT s.*, (SELECT t.payload FROM tasks t WHERE t.id = s.id), (SELECT t.traceparent FROM tasks t WHERE t.id = s.id), now_ms()
FROM task_states s
WHERE s.id = ANY (@id) AND s.stopping = 0;
