SELECT s.*, p.payload
FROM schedule_states s
JOIN schedules p ON p.id = s.id
WHERE s.project_id = @project_id
ORDER BY s.id DESC
LIMIT @most OFFSET @skip;
