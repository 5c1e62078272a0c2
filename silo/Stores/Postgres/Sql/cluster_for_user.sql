SELECT id, user_id, name, memory, disk_space, cpu_share, max_timeout, created_at
FROM clusters
WHERE user_id = @user_id AND (id = @id_or_name OR name = @id_or_name)
ORDER BY CASE WHEN id = @id_or_name THEN 0 ELSE 1 END, id
LIMIT 1;
