SELECT s.*, now_ms()
FROM unnest(@id) i (id)
JOIN task_states s ON s.id = i.id;
