-- CROSS keeps the order of the tables: each id of the call is looked up.
SELECT s.*, (SELECT t.payload FROM tasks t WHERE t.id = s.id), (SELECT t.traceparent FROM tasks t WHERE t.id = s.id)
FROM json_each(@ids) i
CROSS JOIN task_states s
WHERE s.id = i.value AND s.stopping = 0;
