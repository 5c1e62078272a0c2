-- name: task_attempts
-- What ended an attempt tells of it; the lease tells of the one that is under way.
SELECT e.attempt, e.session_id, COALESCE(s.name, ''), e.claimed_at, e.at AS ended_at, e.kind, e.cause, t.message
FROM task_events e
JOIN tasks t ON t.id = e.task_id
LEFT JOIN sessions s ON s.id = e.session_id
WHERE e.task_id = @task_id AND e.claimed_at IS NOT NULL
UNION ALL
SELECT l.attempt, l.session_id, COALESCE(s.name, ''), l.claimed_at, NULL, NULL, NULL, NULL
FROM leases l
LEFT JOIN sessions s ON s.id = l.session_id
WHERE l.task_id = @task_id AND l.stopping = 0
ORDER BY attempt DESC, ended_at
LIMIT @most;
