SELECT s.*, t.payload, NULL
FROM task_states s
JOIN tasks t ON t.id = s.id
WHERE s.project_id = @project_id
  AND (@phases = 0 OR ((@phases >> s.phase) & 1) = 1)
  AND (@code_name IS NULL OR s.code_name = @code_name)
  AND (@label IS NULL OR s.label = @label)
  AND (@cluster_id IS NULL OR s.cluster_id = @cluster_id)
  AND (@from IS NULL OR s.created_at >= @from)
  AND (@to IS NULL OR s.created_at <= @to)
  AND (@before IS NULL OR s.id < @before)
ORDER BY s.id DESC
LIMIT @most OFFSET @skip;
