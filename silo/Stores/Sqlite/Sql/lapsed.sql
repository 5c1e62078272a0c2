SELECT s.*
FROM leases l
JOIN task_states s ON s.id = l.task_id
WHERE l.until <= @now
LIMIT @most;
