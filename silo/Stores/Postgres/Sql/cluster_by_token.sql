SELECT id, user_id, name, memory, disk_space, cpu_share, max_timeout, created_at
FROM clusters
WHERE id = (SELECT cluster_id FROM cluster_tokens WHERE hash = @hash);
