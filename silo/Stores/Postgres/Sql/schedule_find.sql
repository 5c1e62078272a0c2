SELECT s.*, p.payload
FROM schedule_states s
JOIN schedules p ON p.id = s.id
WHERE s.id = @id AND s.project_id = @project_id;
