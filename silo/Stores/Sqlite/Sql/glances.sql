-- CROSS keeps the order of the tables: each id of the call is looked up.
SELECT s.id, s.phase, s.attempt, s.token IS NOT NULL, s.message, s.percent, COALESCE((
  SELECT start + size FROM log_chunks c
  WHERE c.task_id = s.id AND c.attempt = s.attempt ORDER BY start DESC LIMIT 1), 0)
FROM json_each(@ids) i
CROSS JOIN task_states s
WHERE s.id = i.value;
