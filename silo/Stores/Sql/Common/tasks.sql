-- name: task_attempts
-- The newest events are enough to tell the latest attempts; a claim names its session.
SELECT e.seq, e.at, e.attempt, e.kind, e.detail, COALESCE(s.name, '')
FROM task_events e
LEFT JOIN sessions s ON s.id = e.detail AND e.kind = 'claimed'
WHERE e.task_id = @task_id
ORDER BY e.seq DESC
LIMIT @most;
