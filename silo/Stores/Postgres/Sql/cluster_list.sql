SELECT id, user_id, name, memory, disk_space, cpu_share, max_timeout, created_at
FROM clusters
WHERE user_id = @user_id
ORDER BY id DESC
LIMIT @most OFFSET @skip;
