SELECT key, task_id, attempt, losses, lease_seconds
FROM ready
WHERE lane = @lane AND priority = @priority AND key > @after
ORDER BY key
LIMIT @most;
