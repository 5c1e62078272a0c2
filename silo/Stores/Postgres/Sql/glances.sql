SELECT s.id, s.phase, s.attempt, s.token IS NOT NULL, s.message, s.percent, log_end(s.id, s.attempt)
FROM task_states s
WHERE s.id = ANY (@id);
