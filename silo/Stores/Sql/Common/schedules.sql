-- name: schedule_add
INSERT INTO schedules (
  id, project_id, cluster_id, code_name, max_concurrency, spec, start_at, phase, message, next_start, last_run_at, run_count, error_count,
  skip_count, collapse_count, created_at, updated_at, payload)
VALUES (
  @id, @project_id, @cluster_id, @code_name, @max_concurrency, @spec, @start_at, @phase, @message, @next_start, @last_run_at, @run_count,
  @error_count, @skip_count, @collapse_count, @created_at, @updated_at, @payload);

-- name: schedule_find
SELECT s.*, p.payload
FROM schedule_states s
JOIN schedules p ON p.id = s.id
WHERE s.id = @id AND s.project_id = @project_id;

-- name: schedule_list
SELECT s.*, p.payload
FROM schedule_states s
JOIN schedules p ON p.id = s.id
WHERE s.project_id = @project_id
ORDER BY s.id DESC
LIMIT @most OFFSET @skip;

-- name: schedule_update
UPDATE schedules
SET
  cluster_id = @cluster_id, code_name = @code_name, max_concurrency = @max_concurrency, spec = @spec, start_at = @start_at, phase = @phase,
  message = @message, next_start = @next_start, last_run_at = @last_run_at, run_count = @run_count, error_count = @error_count,
  skip_count = @skip_count, collapse_count = @collapse_count, updated_at = @updated_at, payload = COALESCE(@payload, payload),
  version = version + 1
WHERE id = @id AND version = @version
RETURNING id;
