SELECT c.id, c.user_id, c.name, c.memory, c.disk_space, c.cpu_share, c.max_timeout, c.created_at
FROM cluster_shares s
JOIN clusters c ON c.id = s.cluster_id
WHERE s.user_id = @user_id
ORDER BY c.id DESC
LIMIT @most OFFSET @skip;
