-- CROSS keeps the order of the tables: what is due leads, in the order of its index.
SELECT s.*
FROM schedules d
CROSS JOIN schedule_states s
WHERE s.id = d.id AND d.next_start <= @now
ORDER BY d.next_start
LIMIT @most;
