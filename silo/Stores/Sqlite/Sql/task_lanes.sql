SELECT id
FROM lanes
WHERE (@project_id IS NULL OR project_id = @project_id)
  AND (@code_name IS NULL OR code_name = @code_name)
  AND (@cluster_id IS NULL OR cluster_id = @cluster_id);
