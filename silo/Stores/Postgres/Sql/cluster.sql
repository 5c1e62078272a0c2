SELECT id, user_id, name, memory, disk_space, cpu_share, max_timeout, created_at
FROM clusters
WHERE id = @id;
