-- CROSS keeps the order of the tables: leases lead, which are few beside the tasks.
SELECT s.*
FROM leases l
CROSS JOIN task_states s
WHERE s.id = l.task_id AND l.until <= @now
LIMIT @most;
