SELECT id
FROM lanes l
WHERE (@project_id IS NULL OR project_id = @project_id)
  AND (@code_name IS NULL OR code_name = @code_name)
  AND (@cluster_id IS NULL OR cluster_id = @cluster_id)
  AND (@user_id IS NULL OR EXISTS (SELECT 1 FROM projects o WHERE o.id = l.project_id AND o.user_id = @user_id));
