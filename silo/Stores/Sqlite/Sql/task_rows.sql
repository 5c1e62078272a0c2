SELECT s.*, CASE WHEN @payloads THEN t.payload ELSE x'' END, NULL
FROM json_each(@ids) i
CROSS JOIN task_states s ON s.id = i.value
CROSS JOIN tasks t ON t.id = i.value
ORDER BY s.id DESC;
