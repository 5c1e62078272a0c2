SELECT c.id, c.user_id, c.name, c.memory, c.disk_space, c.cpu_share, c.max_timeout, c.created_at
FROM clusters c
WHERE (c.id = @id_or_name OR c.name = @id_or_name)
  AND c.id IN (
    SELECT o.id FROM clusters o WHERE o.user_id = @user_id
    UNION ALL SELECT s.cluster_id FROM cluster_shares s WHERE s.user_id = @user_id)
ORDER BY CASE WHEN c.id = @id_or_name THEN 0 WHEN c.user_id = @user_id THEN 1 ELSE 2 END, c.id
LIMIT 1;
