SELECT *
FROM code_states
WHERE project_id = @project_id AND archived_at IS NULL AND is_current
ORDER BY id DESC
LIMIT @most OFFSET @skip;
