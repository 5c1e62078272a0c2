-- CROSS keeps the order of the tables: each id of the call is looked up.
SELECT s.*
FROM json_each(@ids) i
CROSS JOIN task_states s
WHERE s.id = i.value;
