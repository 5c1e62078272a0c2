-- name: schedule_next
SELECT MIN(next_start) FROM schedules WHERE next_start IS NOT NULL;

-- name: schedule_payload
SELECT payload FROM schedules WHERE id = @id;

-- name: schedule_room
SELECT COUNT(*) FROM schedules WHERE project_id = @project_id AND phase < 3;

-- name: schedule_runs
SELECT s.*, t.payload, NULL
FROM task_states s
JOIN tasks t ON t.id = s.id
WHERE s.schedule_id = @schedule_id AND s.schedule_id <> '' AND s.project_id = @project_id
ORDER BY s.id DESC
LIMIT @most OFFSET @skip;

-- name: schedule_state
SELECT * FROM schedule_states WHERE id = @id AND project_id = @project_id;

-- name: schedules_due
-- CROSS keeps the order of the tables: what is due leads, in the order of its index.
SELECT s.*
FROM schedules d
CROSS JOIN schedule_states s
WHERE s.id = d.id AND d.next_start <= @now
ORDER BY d.next_start
LIMIT @most;
