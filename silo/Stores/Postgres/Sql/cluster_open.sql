SELECT 1
FROM projects p
JOIN clusters c ON c.id = @cluster_id
WHERE p.id = @project_id
  AND (c.user_id = p.user_id
    OR EXISTS (SELECT 1 FROM cluster_shares s WHERE s.cluster_id = c.id AND s.user_id = p.user_id));
