-- CROSS keeps the order of the tables: what is due leads, in the order of its index.
SELECT s.*, d.due_at
FROM delayed d
CROSS JOIN task_states s
WHERE s.id = d.task_id AND d.due_at <= @now
ORDER BY d.due_at
LIMIT @most;
