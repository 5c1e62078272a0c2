SELECT s.*, now_ms()
FROM schedule_states s
WHERE s.id = @id AND s.project_id = @project_id;
