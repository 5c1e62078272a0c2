SELECT s.*, t.payload, NULL
FROM json_each(@ids) i
CROSS JOIN task_states s ON s.id = i.value
CROSS JOIN tasks t ON t.id = i.value
ORDER BY s.id DESC;
