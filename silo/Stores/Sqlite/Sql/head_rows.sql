SELECT key, task_id, attempt, losses, lease_seconds
FROM ready
WHERE lane = @lane AND priority = @priority AND key > @after
  AND NOT EXISTS (SELECT 1 FROM lanes l JOIN paused_codes c ON c.code_id = l.code_id WHERE l.id = @lane)
ORDER BY key
LIMIT @most;
